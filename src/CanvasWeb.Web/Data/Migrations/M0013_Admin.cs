using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>What admins set: limits of the site, suspended people, models' titles and prices, workers that take no more jobs.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0013_Admin")]
internal sealed class M0013_Admin : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "SiteLimits",
            table => new
            {
                Name = table.Column<string>(maxLength: 40),
                Value = table.Column<string>(maxLength: 200),
            },
            constraints: table => table.PrimaryKey("PK_SiteLimits", row => row.Name));
        migrationBuilder.AddColumn<long>("SuspendedAt", "AspNetUsers", nullable: true);
        migrationBuilder.AddColumn<string>("SuspendedReason", "AspNetUsers", maxLength: 300, nullable: true);
        migrationBuilder.AddColumn<string>("ChosenTitle", "Models", maxLength: 80, nullable: true);
        migrationBuilder.AddColumn<int>("PricePercent", "Models", nullable: false, defaultValue: 100);
        migrationBuilder.AddColumn<bool>("IsOff", "Models", nullable: false, defaultValue: false);
        migrationBuilder.CreateIndex("IX_Jobs_FinishedAt", "Jobs", "FinishedAt");
        migrationBuilder.CreateTable(
            "WorkerDrains",
            table => new
            {
                Worker = table.Column<string>(maxLength: 200),
                Since = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_WorkerDrains", row => row.Worker));
    }
}
