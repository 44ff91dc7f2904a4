using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Purchases of credits, beside the ledger.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0002b_Payments")]
internal sealed class M0002b_Payments : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "CreditPurchases",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Credits = table.Column<long>(),
                PriceUsdCents = table.Column<long>(),
                CreatedAt = table.Column<long>(),
                SessionId = table.Column<string>(maxLength: 150, nullable: true),
                PaidAt = table.Column<long>(nullable: true),
                RefundedUsdCents = table.Column<long>(),
                RefundedCredits = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_CreditPurchases", row => row.Id));
        migrationBuilder.CreateIndex("IX_CreditPurchases_UserId", "CreditPurchases", "UserId");
        migrationBuilder.CreateIndex("IX_CreditPurchases_SessionId", "CreditPurchases", "SessionId", unique: true);
    }
}
