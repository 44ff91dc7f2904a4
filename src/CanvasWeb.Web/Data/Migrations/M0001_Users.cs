using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>People, their sign-ins and tokens (ASP.NET Core Identity without roles).</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0001_Users")]
internal sealed class M0001_Users : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "AspNetUsers",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                DisplayName = table.Column<string>(maxLength: 80),
                Colour = table.Column<int>(),
                Language = table.Column<string>(maxLength: 10),
                Theme = table.Column<string>(maxLength: 10),
                IsAdmin = table.Column<bool>(),
                IsDemo = table.Column<bool>(),
                CreatedAt = table.Column<long>(),
                UserName = table.Column<string>(maxLength: 256, nullable: true),
                NormalizedUserName = table.Column<string>(maxLength: 256, nullable: true),
                Email = table.Column<string>(maxLength: 256, nullable: true),
                NormalizedEmail = table.Column<string>(maxLength: 256, nullable: true),
                EmailConfirmed = table.Column<bool>(),
                PasswordHash = table.Column<string>(nullable: true),
                SecurityStamp = table.Column<string>(nullable: true),
                ConcurrencyStamp = table.Column<string>(nullable: true),
                TwoFactorEnabled = table.Column<bool>(),
                LockoutEnd = table.Column<long>(nullable: true),
                LockoutEnabled = table.Column<bool>(),
                AccessFailedCount = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_AspNetUsers", row => row.Id));
        migrationBuilder.CreateTable(
            "AspNetUserClaims",
            table => new
            {
                Id = table.Column<int>()
                    .Annotation("Sqlite:Autoincrement", true)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                UserId = table.Column<string>(maxLength: 22),
                ClaimType = table.Column<string>(nullable: true),
                ClaimValue = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserClaims", row => row.Id);
                table.ForeignKey("FK_AspNetUserClaims_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "AspNetUserLogins",
            table => new
            {
                LoginProvider = table.Column<string>(maxLength: 128),
                ProviderKey = table.Column<string>(maxLength: 128),
                ProviderDisplayName = table.Column<string>(nullable: true),
                UserId = table.Column<string>(maxLength: 22),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserLogins", row => new { row.LoginProvider, row.ProviderKey });
                table.ForeignKey("FK_AspNetUserLogins_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateTable(
            "AspNetUserTokens",
            table => new
            {
                UserId = table.Column<string>(maxLength: 22),
                LoginProvider = table.Column<string>(maxLength: 128),
                Name = table.Column<string>(maxLength: 128),
                Value = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserTokens", row => new { row.UserId, row.LoginProvider, row.Name });
                table.ForeignKey("FK_AspNetUserTokens_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_AspNetUserClaims_UserId", "AspNetUserClaims", "UserId");
        migrationBuilder.CreateIndex("IX_AspNetUserLogins_UserId", "AspNetUserLogins", "UserId");
        migrationBuilder.CreateIndex("EmailIndex", "AspNetUsers", "NormalizedEmail");
        migrationBuilder.CreateIndex("UserNameIndex", "AspNetUsers", "NormalizedUserName", unique: true);
    }
}
