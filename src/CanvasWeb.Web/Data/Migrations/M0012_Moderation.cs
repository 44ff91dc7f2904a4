using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Refusals and appeals, reports, hidden pictures, admins' changes to the word lists; and what the classifier says of a result.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0012_Moderation")]
internal sealed class M0012_Moderation : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Scores", "JobResults", maxLength: 200, nullable: true);
        migrationBuilder.AddColumn<long>("WithheldAt", "JobResults", nullable: true);
        migrationBuilder.CreateTable(
            "Refusals",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Kind = table.Column<int>(),
                Key = table.Column<string>(maxLength: 64),
                BoardId = table.Column<string>(maxLength: 22),
                JobId = table.Column<string>(maxLength: 22, nullable: true),
                Image = table.Column<int>(nullable: true),
                Sha256 = table.Column<string>(maxLength: 64, nullable: true),
                Prompt = table.Column<string>(),
                NegativePrompt = table.Column<string>(),
                Category = table.Column<string>(maxLength: 40),
                Words = table.Column<string>(maxLength: 200),
                CreatedAt = table.Column<long>(),
                State = table.Column<int>(),
                AppealText = table.Column<string>(maxLength: 500, nullable: true),
                AppealedAt = table.Column<long>(nullable: true),
                Answer = table.Column<string>(maxLength: 500, nullable: true),
                AnsweredBy = table.Column<string>(maxLength: 22, nullable: true),
                AnsweredAt = table.Column<long>(nullable: true),
                AnswerSeen = table.Column<bool>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Refusals", row => row.Id);
                table.ForeignKey("FK_Refusals_Jobs_JobId", row => row.JobId, "Jobs", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_Refusals_UserId_Kind_Key", "Refusals", ["UserId", "Kind", "Key"], unique: true);
        migrationBuilder.CreateIndex("IX_Refusals_UserId_CreatedAt", "Refusals", ["UserId", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Refusals_State_AppealedAt", "Refusals", ["State", "AppealedAt"]);
        migrationBuilder.CreateIndex("IX_Refusals_CreatedAt", "Refusals", "CreatedAt");
        migrationBuilder.CreateIndex("IX_Refusals_JobId", "Refusals", "JobId");
        migrationBuilder.CreateTable(
            "Reports",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                Kind = table.Column<int>(),
                TargetId = table.Column<string>(maxLength: 22),
                Part = table.Column<string>(maxLength: 22),
                OwnerId = table.Column<string>(maxLength: 22),
                Sha256 = table.Column<string>(maxLength: 64, nullable: true),
                JobId = table.Column<string>(maxLength: 22, nullable: true),
                ReporterKey = table.Column<string>(maxLength: 64),
                ReporterId = table.Column<string>(maxLength: 22, nullable: true),
                Reason = table.Column<int>(),
                Text = table.Column<string>(maxLength: 500),
                CreatedAt = table.Column<long>(),
                State = table.Column<int>(),
                AnsweredBy = table.Column<string>(maxLength: 22, nullable: true),
                AnsweredAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Reports", row => row.Id);
                table.ForeignKey("FK_Reports_Jobs_JobId", row => row.JobId, "Jobs", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_Reports_Kind_TargetId_Part_ReporterKey", "Reports", ["Kind", "TargetId", "Part", "ReporterKey"], unique: true);
        migrationBuilder.CreateIndex("IX_Reports_State_CreatedAt", "Reports", ["State", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Reports_OwnerId", "Reports", "OwnerId");
        migrationBuilder.CreateIndex("IX_Reports_JobId", "Reports", "JobId");
        migrationBuilder.CreateTable(
            "HiddenPictures",
            table => new
            {
                Sha256 = table.Column<string>(maxLength: 64),
                Because = table.Column<int>(),
                JobId = table.Column<string>(maxLength: 22, nullable: true),
                Image = table.Column<int>(nullable: true),
                CreatedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_HiddenPictures", row => row.Sha256));
        migrationBuilder.CreateIndex("IX_HiddenPictures_CreatedAt", "HiddenPictures", "CreatedAt");
        migrationBuilder.CreateTable(
            "PolicyTerms",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                Category = table.Column<string>(maxLength: 40),
                Line = table.Column<string>(maxLength: 100),
                Removes = table.Column<bool>(),
                CreatedBy = table.Column<string>(maxLength: 22),
                CreatedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_PolicyTerms", row => row.Id));
        migrationBuilder.CreateIndex("IX_PolicyTerms_Category_Line", "PolicyTerms", ["Category", "Line"], unique: true);

        // Reports of before this table stood in the results; one row each, so that the queue has them.
        migrationBuilder.Sql(
            """
            INSERT INTO "Reports" ("Id", "Kind", "TargetId", "Part", "OwnerId", "Sha256", "JobId", "ReporterKey", "ReporterId", "Reason", "Text", "CreatedAt", "State")
            SELECT substr(j."Id", 1, 20) || CASE WHEN r."Image" < 10 THEN '0' ELSE '' END || CAST(r."Image" AS TEXT), 0, r."JobId", CAST(r."Image" AS TEXT), j."UserId", r."Sha256", r."JobId", r."ReportedBy", r."ReportedBy", 0, '', r."ReportedAt", 0
            FROM "JobResults" r JOIN "Jobs" j ON j."Id" = r."JobId" WHERE r."ReportedAt" IS NOT NULL AND r."ReportedBy" IS NOT NULL
            """);
    }
}
