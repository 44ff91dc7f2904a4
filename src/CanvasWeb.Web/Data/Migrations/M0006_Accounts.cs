using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Sessions, so that one can be ended from another browser; and when an account was deleted.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0006_Accounts")]
internal sealed class M0006_Accounts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("DeletedAt", "AspNetUsers", nullable: true);
        migrationBuilder.CreateTable(
            "UserSessions",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                CreatedAt = table.Column<long>(),
                LastSeenAt = table.Column<long>(),
                ConfirmedAt = table.Column<long>(),
                UserAgent = table.Column<string>(maxLength: 300),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_UserSessions", row => row.Id);
                table.ForeignKey("FK_UserSessions_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_UserSessions_UserId", "UserSessions", "UserId");
    }
}
