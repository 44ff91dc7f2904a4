using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Links by which people let themselves onto a board.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0020_BoardInvites")]
internal sealed class M0020_BoardInvites : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "BoardInvites",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                BoardId = table.Column<string>(maxLength: 22),
                Role = table.Column<string>(maxLength: 16),
                TokenHash = table.Column<string>(maxLength: 64),
                SealedToken = table.Column<string>(maxLength: 500),
                CreatedAt = table.Column<long>(),
                ExpiresAt = table.Column<long>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_BoardInvites", row => row.Id);
                table.ForeignKey("FK_BoardInvites_Boards_BoardId", row => row.BoardId, "Boards", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_BoardInvites_BoardId", "BoardInvites", "BoardId");
        migrationBuilder.CreateIndex("IX_BoardInvites_TokenHash", "BoardInvites", "TokenHash", unique: true);
    }
}
