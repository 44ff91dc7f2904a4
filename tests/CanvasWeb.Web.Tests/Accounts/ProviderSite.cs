using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>One site with both providers for all tests of a class; each test brings people of its own.</summary>
public sealed class ProviderSite(LocalProviders providers, PostgreSqlServer server) : IAsyncLifetime
{
    private RunningSite? _site;

    internal RunningSite Site => _site ?? throw new InvalidOperationException("The site has not started.");

    public async ValueTask InitializeAsync() =>
        _site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, ("Accounts:SignInsPerFiveMinutes", "1000"), ("Accounts:RegistrationsPerHour", "1000"));

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
