using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Stored pictures, and who has uploaded how much.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0005_Tiles")]
internal sealed class M0005_Tiles : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Tiles",
            table => new
            {
                Sha256 = table.Column<string>(maxLength: 64),
                Width = table.Column<int>(),
                Height = table.Column<int>(),
                Bytes = table.Column<long>(),
                Solid = table.Column<string>(maxLength: 64, nullable: true),
                Origin = table.Column<int>(),
                OwnerId = table.Column<string>(maxLength: 22),
                CreatedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Tiles", row => row.Sha256));
        migrationBuilder.CreateTable(
            "Uploads",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                RequestId = table.Column<string>(maxLength: 40),
                BoardId = table.Column<string>(maxLength: 22),
                Sha256 = table.Column<string>(maxLength: 64),
                Bytes = table.Column<long>(),
                CreatedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Uploads", row => row.Id));
        migrationBuilder.CreateIndex("IX_Uploads_UserId_RequestId", "Uploads", ["UserId", "RequestId"], unique: true);
        migrationBuilder.CreateIndex("IX_Uploads_UserId_CreatedAt", "Uploads", ["UserId", "CreatedAt"]);
    }
}
