using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>An index for each column that keeps a blob (BlobReferences): the collector asks them inside its transaction, and on SQLite everybody who writes waits.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0018_BlobReferences")]
internal sealed class M0018_BlobReferences : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateIndex("IX_GalleryItems_Sha256", "GalleryItems", "Sha256");
        migrationBuilder.CreateIndex("IX_JobIngredients_Sha256", "JobIngredients", "Sha256");
        migrationBuilder.CreateIndex("IX_Reports_Sha256", "Reports", "Sha256");

        // Most jobs, results and refusals name nothing there.
        migrationBuilder.CreateIndex("IX_Jobs_CropSha256", "Jobs", "CropSha256", filter: "\"CropSha256\" IS NOT NULL");
        migrationBuilder.CreateIndex("IX_Jobs_NewMaskSha256", "Jobs", "NewMaskSha256", filter: "\"NewMaskSha256\" IS NOT NULL");
        migrationBuilder.CreateIndex("IX_Jobs_PictureSha256", "Jobs", "PictureSha256", filter: "\"PictureSha256\" IS NOT NULL");
        migrationBuilder.CreateIndex("IX_Jobs_OtherSha256", "Jobs", "OtherSha256", filter: "\"OtherSha256\" IS NOT NULL");
        migrationBuilder.CreateIndex("IX_JobResults_FilmSha256", "JobResults", "FilmSha256", filter: "\"FilmSha256\" IS NOT NULL");
        migrationBuilder.CreateIndex("IX_Refusals_Sha256", "Refusals", "Sha256", filter: "\"Sha256\" IS NOT NULL");
    }
}
