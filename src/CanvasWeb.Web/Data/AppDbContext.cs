using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CanvasWeb.Web.Data;

/// <summary>
/// The one database of the site, SQLite or PostgreSQL. Each feature maps its own entities (IEntityTypeConfiguration beside the entity)
/// and writes its own migration; a test compares what the migrations make with this model on both databases.
/// </summary>
internal sealed class AppDbContext(DbContextOptions<AppDbContext> options) : IdentityUserContext<AppUser>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        // One form on both databases that sorts and compares: SQLite has no type for times, and Npgsql takes only UTC.
        configuration.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));
}
