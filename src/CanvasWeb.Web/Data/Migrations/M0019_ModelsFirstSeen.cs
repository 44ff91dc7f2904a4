using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Since when the site knows a model: what programs are told of it stays the same.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0019_ModelsFirstSeen")]
internal sealed class M0019_ModelsFirstSeen : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("FirstSeenAt", "Models", defaultValue: 0L);
        migrationBuilder.Sql("UPDATE \"Models\" SET \"FirstSeenAt\" = \"SeenAt\"");
    }
}
