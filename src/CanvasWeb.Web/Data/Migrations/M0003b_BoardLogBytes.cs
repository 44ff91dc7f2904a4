using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>How many bytes each board's log has, so that it can be limited without reading it.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0003b_BoardLogBytes")]
internal sealed class M0003b_BoardLogBytes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("LogBytes", "Boards", nullable: false, defaultValue: 0L);

        // Letters instead of bytes for what is there already: near enough for a limit.
        migrationBuilder.Sql("""UPDATE "Boards" SET "LogBytes" = COALESCE((SELECT SUM(LENGTH("Op")) FROM "BoardOps" WHERE "BoardOps"."BoardId" = "Boards"."Id"), 0)""");
    }
}
