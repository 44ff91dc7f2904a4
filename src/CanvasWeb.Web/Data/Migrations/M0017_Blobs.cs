using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Blobs that nothing names any more, on their way out (Tiles/Collecting).</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0017_Blobs")]
internal sealed class M0017_Blobs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "BlobOrphans",
            table => new
            {
                Sha256 = table.Column<string>(maxLength: 64),
                Since = table.Column<long>(),
                DoomedAt = table.Column<long>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_BlobOrphans", row => row.Sha256));
        migrationBuilder.CreateIndex("IX_BlobOrphans_DoomedAt", "BlobOrphans", "DoomedAt");
    }
}
