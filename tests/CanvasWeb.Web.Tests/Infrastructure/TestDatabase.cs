using CanvasWeb.Web.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>A migrated, empty database with the site's own services on it; add the feature under test with <c>configure</c>.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private TestDatabase(WebApplication app, DirectoryInfo folder, ManualTime time)
    {
        _app = app;
        _folder = folder;
        Time = time;
    }

    public IServiceProvider Services => _app.Services;

    public ManualTime Time { get; }

    public IDbContextFactory<AppDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<AppDbContext>>();

    public WriteTransactions Writes => Services.GetRequiredService<WriteTransactions>();

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, PostgreSqlServer server, Action<WebApplicationBuilder>? configure = null)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("canvasweb-db-");
        var settings = new Dictionary<string, string?> { ["Data:Folder"] = folder.FullName };
        if (kind == DatabaseKind.PostgreSql)
            settings["Data:PostgreSql"] = await server.CreateDatabaseAsync(token);

        var time = new ManualTime();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddData(builder.Configuration);
        builder.Services.AddSingleton<TimeProvider>(time);
        configure?.Invoke(builder);
        var app = builder.Build();
        await app.MigrateDataAsync();
        return new(app, folder, time);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}
