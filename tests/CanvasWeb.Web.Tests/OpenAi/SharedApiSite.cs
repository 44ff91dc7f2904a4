using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>One site for the tests of a class: they differ by their people, and starting a site takes longer than most of them.</summary>
public sealed class SharedApiSite(PostgreSqlServer server) : IAsyncLifetime
{
    internal ApiSite Site { get; private set; } = null!; // Set before the first test.

    public async ValueTask InitializeAsync() =>
        Site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("OpenAi:RequestsPerMinute", "1000"), ("OpenAi:MaxJsonUploadBytes", "200000"));

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
