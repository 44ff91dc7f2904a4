using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Jobs that programs ask for: without a board, by a key, and what they asked for, so that a repeated request is told from another one.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0007_ApiJobs")]
internal sealed class M0007_ApiJobs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<int>("Source", "Jobs", nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<string>("ApiKeyId", "Jobs", maxLength: 22, nullable: true);
        migrationBuilder.AddColumn<string>("RequestHash", "Jobs", maxLength: 64, nullable: true);
    }
}
