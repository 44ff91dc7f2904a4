using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Jobs (which are the queue), their pictures, and the models that workers announced.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0004_Jobs")]
internal sealed class M0004_Jobs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // No foreign key to people and boards: what was paid for stays explained when either is gone.
        migrationBuilder.CreateTable(
            "Jobs",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                BoardId = table.Column<string>(maxLength: 22),
                FrameId = table.Column<string>(maxLength: 40),
                RequestId = table.Column<string>(maxLength: 64),
                Task = table.Column<int>(),
                Model = table.Column<string>(maxLength: 80),
                Settings = table.Column<string>(),
                Count = table.Column<int>(),
                Plan = table.Column<string>(),
                CropSha256 = table.Column<string>(maxLength: 64, nullable: true),
                NewMaskSha256 = table.Column<string>(maxLength: 64, nullable: true),
                PictureSha256 = table.Column<string>(maxLength: 64, nullable: true),
                VariationOfJob = table.Column<string>(maxLength: 22, nullable: true),
                VariationOfImage = table.Column<int>(nullable: true),
                Price = table.Column<long>(),
                Priority = table.Column<int>(),
                State = table.Column<int>(),
                Attempt = table.Column<int>(),
                Crashes = table.Column<int>(),
                LeaseWorker = table.Column<string>(maxLength: 80, nullable: true),
                LeaseExpiresAt = table.Column<long>(nullable: true),
                StepsDone = table.Column<int>(),
                StepsTotal = table.Column<int>(),
                CreatedAt = table.Column<long>(),
                StartedAt = table.Column<long>(nullable: true),
                FinishedAt = table.Column<long>(nullable: true),
                ErrorCode = table.Column<string>(maxLength: 64, nullable: true),
                ErrorMessage = table.Column<string>(maxLength: 500, nullable: true),
                ModelHash = table.Column<string>(maxLength: 64, nullable: true),
                Discarded = table.Column<bool>(),
            },
            constraints: table => table.PrimaryKey("PK_Jobs", row => row.Id));
        migrationBuilder.CreateIndex("IX_Jobs_UserId_RequestId", "Jobs", ["UserId", "RequestId"], unique: true);
        migrationBuilder.CreateIndex("IX_Jobs_State_CreatedAt", "Jobs", ["State", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Jobs_UserId_CreatedAt", "Jobs", ["UserId", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Jobs_BoardId_CreatedAt", "Jobs", ["BoardId", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Jobs_StartedAt", "Jobs", "StartedAt");
        migrationBuilder.CreateTable(
            "JobResults",
            table => new
            {
                JobId = table.Column<string>(maxLength: 22),
                Image = table.Column<int>(),
                Sha256 = table.Column<string>(maxLength: 64),
                PixelWidth = table.Column<int>(),
                PixelHeight = table.Column<int>(),
                Solid = table.Column<string>(maxLength: 64, nullable: true),
                Attempt = table.Column<int>(),
                X = table.Column<double>(),
                Y = table.Column<double>(),
                Width = table.Column<double>(),
                Height = table.Column<double>(),
                ElapsedMs = table.Column<double>(),
                Rating = table.Column<int>(nullable: true),
                Accepted = table.Column<bool>(),
                ReportedBy = table.Column<string>(maxLength: 22, nullable: true),
                ReportedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_JobResults", row => new { row.JobId, row.Image });
                table.ForeignKey("FK_JobResults_Jobs_JobId", row => row.JobId, "Jobs", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_JobResults_ReportedAt", "JobResults", "ReportedAt");
        migrationBuilder.CreateTable(
            "Models",
            table => new
            {
                Name = table.Column<string>(maxLength: 80),
                Description = table.Column<string>(),
                SeenAt = table.Column<long>(),
                StepMs = table.Column<double>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Models", row => row.Name));
    }
}
