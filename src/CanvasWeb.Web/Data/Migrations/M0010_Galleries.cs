using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Galleries and the pictures in them.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0010_Galleries")]
internal sealed class M0010_Galleries : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Galleries",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                OwnerId = table.Column<string>(maxLength: 22),
                Title = table.Column<string>(maxLength: 120),
                Story = table.Column<string>(maxLength: 4_000),
                Layout = table.Column<int>(),
                ShowPrompts = table.Column<bool>(),
                ShowProcess = table.Column<bool>(),
                Downloads = table.Column<int>(),
                AllowRemix = table.Column<bool>(),
                AllowIndexing = table.Column<bool>(),
                CoverId = table.Column<string>(maxLength: 22, nullable: true),
                IsLive = table.Column<bool>(),
                BoardId = table.Column<string>(maxLength: 22, nullable: true),
                TokenHash = table.Column<string>(maxLength: 64, nullable: true),
                SealedToken = table.Column<string>(maxLength: 500, nullable: true),
                PasswordHash = table.Column<string>(maxLength: 500, nullable: true),
                ExpiresAt = table.Column<long>(nullable: true),
                SharedAt = table.Column<long>(nullable: true),
                RevokedAt = table.Column<long>(nullable: true),
                Views = table.Column<long>(),
                CreatedAt = table.Column<long>(),
                EditedAt = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Galleries", row => row.Id);
                table.ForeignKey("FK_Galleries_AspNetUsers_OwnerId", row => row.OwnerId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_Galleries_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "GalleryItems",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                GalleryId = table.Column<string>(maxLength: 22),
                Position = table.Column<int>(),
                SourceKey = table.Column<string>(maxLength: 100),
                BoardId = table.Column<string>(maxLength: 22, nullable: true),
                Sha256 = table.Column<string>(maxLength: 64),
                PixelWidth = table.Column<int>(),
                PixelHeight = table.Column<int>(),
                JobId = table.Column<string>(maxLength: 22, nullable: true),
                Image = table.Column<int>(nullable: true),
                Caption = table.Column<string>(maxLength: 300),
                X = table.Column<double>(),
                Y = table.Column<double>(),
                Width = table.Column<double>(),
                Height = table.Column<double>(),
                Rotation = table.Column<double>(),
                AddedAt = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_GalleryItems", row => row.Id);
                table.ForeignKey("FK_GalleryItems_Galleries_GalleryId", row => row.GalleryId, "Galleries", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_GalleryItems_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_Galleries_OwnerId", "Galleries", "OwnerId");
        migrationBuilder.CreateIndex("IX_Galleries_BoardId", "Galleries", "BoardId");
        migrationBuilder.CreateIndex("IX_Galleries_TokenHash", "Galleries", "TokenHash", unique: true);
        migrationBuilder.CreateIndex("IX_GalleryItems_GalleryId_SourceKey", "GalleryItems", ["GalleryId", "SourceKey"], unique: true);
        migrationBuilder.CreateIndex("IX_GalleryItems_GalleryId_Position", "GalleryItems", ["GalleryId", "Position"]);
        migrationBuilder.CreateIndex("IX_GalleryItems_BoardId", "GalleryItems", "BoardId");
    }
}
