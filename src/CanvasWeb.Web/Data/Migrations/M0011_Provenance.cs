using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>What made each picture, the films, what lay under a frame, pictures made again, and the settings that uploads brought along.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0011_Provenance")]
internal sealed class M0011_Provenance : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<int>("FirstImage", "Jobs", nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<string>("ReplayOfJob", "Jobs", maxLength: 22, nullable: true);
        migrationBuilder.AddColumn<int>("ReplayOfImage", "Jobs", nullable: true);
        migrationBuilder.AddColumn<string>("Maker", "JobResults", nullable: true);
        migrationBuilder.AddColumn<string>("FilmSha256", "JobResults", maxLength: 64, nullable: true);
        migrationBuilder.AddColumn<int>("FilmFrames", "JobResults", nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<string>("Settings", "Uploads", nullable: true);
        migrationBuilder.CreateTable(
            "JobIngredients",
            table => new
            {
                JobId = table.Column<string>(maxLength: 22),
                Position = table.Column<int>(),
                Sha256 = table.Column<string>(maxLength: 64),
                Role = table.Column<int>(),
                SourceJob = table.Column<string>(maxLength: 22, nullable: true),
                SourceImage = table.Column<int>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_JobIngredients", row => new { row.JobId, row.Position });
                table.ForeignKey("FK_JobIngredients_Jobs_JobId", row => row.JobId, "Jobs", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_Jobs_ReplayOfJob", "Jobs", "ReplayOfJob");
    }
}
