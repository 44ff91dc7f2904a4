using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Data;

/// <summary>The database: which one, and bringing it up to date before the first request.</summary>
internal static class DataFeature
{
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DataFolder>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<WriteTransactions>();
        services.AddDbContextFactory<AppDbContext>((provider, builder) => Database.Configure(
            builder, provider.GetRequiredService<IOptions<DataOptions>>().Value, provider.GetRequiredService<DataFolder>()));
        return services;
    }

    public static async Task MigrateDataAsync(this WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(app.Lifetime.ApplicationStopping);
        await Migrating.RunAsync(db, app.Services.GetRequiredService<DataFolder>(), app.Lifetime.ApplicationStopping);
    }
}
