using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Boards, who may see them, their logs and snapshots.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0003_Boards")]
internal sealed class M0003_Boards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Boards",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                OwnerId = table.Column<string>(maxLength: 22),
                Name = table.Column<string>(maxLength: 120),
                CreatedAt = table.Column<long>(),
                EditedAt = table.Column<long>(),
                DeletedAt = table.Column<long>(nullable: true),
                Seq = table.Column<long>(),
                OriginSeq = table.Column<long>(),
                ThumbnailSha = table.Column<string>(maxLength: 64, nullable: true),
                ThumbnailSeq = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Boards", row => row.Id);
                table.ForeignKey("FK_Boards_AspNetUsers_OwnerId", row => row.OwnerId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "BoardMembers",
            table => new
            {
                BoardId = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Role = table.Column<string>(maxLength: 16),
                CreatedAt = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_BoardMembers", row => new { row.BoardId, row.UserId });
                table.ForeignKey("FK_BoardMembers_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_BoardMembers_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "BoardOps",
            table => new
            {
                BoardId = table.Column<string>(maxLength: 22),
                Seq = table.Column<long>(),
                Actor = table.Column<string>(maxLength: 40),
                Client = table.Column<string>(maxLength: 40),
                ClientSeq = table.Column<long>(),
                Op = table.Column<string>(),
                At = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_BoardOps", row => new { row.BoardId, row.Seq });
                table.ForeignKey("FK_BoardOps_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "BoardSnapshots",
            table => new
            {
                BoardId = table.Column<string>(maxLength: 22),
                Seq = table.Column<long>(),
                Content = table.Column<byte[]>(),
                At = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_BoardSnapshots", row => new { row.BoardId, row.Seq });
                table.ForeignKey("FK_BoardSnapshots_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "BoardThumbnails",
            table => new
            {
                BoardId = table.Column<string>(maxLength: 22),
                Content = table.Column<byte[]>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_BoardThumbnails", row => row.BoardId);
                table.ForeignKey("FK_BoardThumbnails_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_Boards_OwnerId", "Boards", "OwnerId");
        migrationBuilder.CreateIndex("IX_Boards_DeletedAt", "Boards", "DeletedAt");
        migrationBuilder.CreateIndex("IX_BoardMembers_UserId", "BoardMembers", "UserId");
        migrationBuilder.CreateIndex("IX_BoardOps_BoardId_Client_ClientSeq", "BoardOps", ["BoardId", "Client", "ClientSeq"], unique: true);
    }
}
