using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Keys of programs, hashed.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0008_ApiKeys")]
internal sealed class M0008_ApiKeys : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "ApiKeys",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Name = table.Column<string>(maxLength: 60),
                SecretHash = table.Column<string>(maxLength: 64),
                Hint = table.Column<string>(maxLength: 4),
                Scopes = table.Column<string>(maxLength: 100),
                RequestId = table.Column<string>(maxLength: 22),
                CreatedAt = table.Column<long>(),
                ExpiresAt = table.Column<long>(nullable: true),
                LastUsedAt = table.Column<long>(nullable: true),
                RevokedAt = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ApiKeys", row => row.Id);
                table.ForeignKey("FK_ApiKeys_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_ApiKeys_SecretHash", "ApiKeys", "SecretHash", unique: true);
        migrationBuilder.CreateIndex("IX_ApiKeys_UserId_RequestId", "ApiKeys", ["UserId", "RequestId"], unique: true);
    }
}
