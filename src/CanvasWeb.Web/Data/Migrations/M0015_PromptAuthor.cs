using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Whose words the prompt of a job is, where they are not of who asked for it; and results by their picture.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0015_PromptAuthor")]
internal sealed class M0015_PromptAuthor : Migration
{
    // Jobs from before: back to the one in each chain of variations and repetitions that somebody wrote. Where that is gone, nobody knows whose the words are: nobody's.
    internal const string Authors = """
        WITH RECURSIVE "Written" ("Id", "Writer") AS (
            SELECT job."Id", CASE WHEN COALESCE(job."ReplayOfJob", job."VariationOfJob") IS NULL THEN job."UserId" ELSE '' END
            FROM "Jobs" AS job
            WHERE NOT EXISTS (SELECT 1 FROM "Jobs" AS source WHERE source."Id" = COALESCE(job."ReplayOfJob", job."VariationOfJob"))
            UNION ALL
            SELECT job."Id", written."Writer"
            FROM "Jobs" AS job JOIN "Written" AS written ON written."Id" = COALESCE(job."ReplayOfJob", job."VariationOfJob"))
        UPDATE "Jobs" SET "PromptBy" = (SELECT written."Writer" FROM "Written" AS written WHERE written."Id" = "Jobs"."Id")
        WHERE "Id" IN (SELECT written."Id" FROM "Written" AS written JOIN "Jobs" AS job ON job."Id" = written."Id" WHERE written."Writer" <> job."UserId");
        """;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("PromptBy", "Jobs", maxLength: 22, nullable: true);
        migrationBuilder.Sql(Authors);
        migrationBuilder.CreateIndex("IX_JobResults_Sha256", "JobResults", "Sha256");
    }
}
