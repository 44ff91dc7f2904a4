using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>What is made of tiles, how near each result is to its prompt, and what it shows.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0016_Operations")]
internal sealed class M0016_Operations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("OtherSha256", "Jobs", maxLength: 64, nullable: true);
        migrationBuilder.AddColumn<string>("Operation", "Jobs", nullable: true);
        migrationBuilder.AddColumn<double>("Similarity", "JobResults", nullable: true);
        migrationBuilder.CreateTable(
            "JobEmbeddings",
            table => new
            {
                JobId = table.Column<string>(maxLength: 22),
                Image = table.Column<int>(),
                Space = table.Column<string>(maxLength: 80),
                Vector = table.Column<byte[]>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_JobEmbeddings", row => new { row.JobId, row.Image });
                table.ForeignKey("FK_JobEmbeddings_Jobs_JobId", row => row.JobId, "Jobs", "Id", onDelete: ReferentialAction.Cascade);
            });
    }
}
