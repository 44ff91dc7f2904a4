using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.OpenAi.Docs;

/// <summary>Keys for people of a running site.</summary>
internal static class ApiSite
{
    /// <summary>A new person with a key.</summary>
    public static async Task<(string UserId, string KeyId, string Secret)> AddKeyAsync(this RunningSite site, params string[] scopes)
    {
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync($"api-{RandomId.New().ToLowerInvariant()}@example.com");
        var userId = (await browser.AccountAsync())!; // Registered above.
        var keys = site.Services.GetRequiredService<ApiKeyStore>();
        var created = Assert.IsType<ApiKeyCreation.Created>(await keys.CreateAsync(userId, "tests", scopes.Length == 0 ? [.. ApiKeyScopes.All] : scopes, null, RandomId.New(), TestContext.Current.CancellationToken));
        return (userId, created.Key.Id, created.Secret);
    }

    public static HttpClient Program(this RunningSite site, string? secret)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Address };
        if (secret is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }
}
