using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>The whole site as Program.cs builds it, on a real port of the loopback with an empty database of its own and no worker.</summary>
internal sealed class RunningSite : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("canvasweb-site-");

    private readonly bool _isLive;

    private RunningSite(Dictionary<string, string> settings, bool isLive) => (_settings, _isLive) = (settings, isLive);

    /// <summary>Starts at the real time, because the limits of requests and the hosts of tests look at the real clock.</summary>
    public ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Uri Address => ClientOptions.BaseAddress;

    /// <param name="settings">As in appsettings.json, with ":" between the names.</param>
    public static Task<RunningSite> StartAsync(DatabaseKind kind, PostgreSqlServer server, params (string Name, string Value)[] settings) =>
        StartAsync(kind, server, isLive: false, settings);

    /// <summary>The same by the real clock, for what goes on in the background by itself: news of jobs, a worker of its own (Inference:Mode).</summary>
    public static Task<RunningSite> StartLiveAsync(DatabaseKind kind, PostgreSqlServer server, params (string Name, string Value)[] settings) =>
        StartAsync(kind, server, isLive: true, settings);

    private static async Task<RunningSite> StartAsync(DatabaseKind kind, PostgreSqlServer server, bool isLive, (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            all[name] = value; // The last word counts, as in configuration.
        if (kind == DatabaseKind.PostgreSql)
            all["Data:PostgreSql"] = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var site = new RunningSite(all, isLive);
        site.UseKestrel(0);
        site.StartServer();
        return site;
    }

    /// <summary>A browser that nobody used before.</summary>
    public TestBrowser OpenBrowser() => new(Address);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Data:Folder", _folder.FullName);
        builder.UseSetting("Inference:Mode", "External");
        builder.UseSetting("Inference:Key", "a-key-of-the-tests-and-of-nobody-else");
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, "http://localhost:0");
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);
        builder.ConfigureLogging(static logging => logging.ClearProviders());
        if (!_isLive)
            builder.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time)));
    }
}
