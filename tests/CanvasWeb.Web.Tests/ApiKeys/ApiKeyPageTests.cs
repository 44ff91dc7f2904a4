using System.Text.RegularExpressions;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.ApiKeys;

public sealed partial class ApiKeyPageTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_shown_once_and_revoked_through_the_page()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("keys@example.com");
        await browser.GoAsync("/account/keys");
        await browser.SubmitAsync("Create key", ("Form.Name", "Blog pictures"), ("Form.Days", "30"));
        var secret = Secret().Match(browser.Html).Value;
        var keys = site.Services.GetRequiredService<ApiKeyStore>();
        Assert.NotNull(await keys.FindAsync(secret, Token));

        await browser.GoAsync("/account/keys");
        Assert.Contains("Blog pictures", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("Revoke key");
        Assert.Contains("Nothing can use that key any more", browser.Text, StringComparison.Ordinal);
        Assert.Null(await keys.FindAsync(secret, Token));
    }

    [Fact]
    public async Task A_key_opens_no_page_and_a_session_does_not_stand_for_one()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("apart@example.com");
        await browser.GoAsync("/account/keys");
        await browser.SubmitAsync("Create key", ("Form.Name", "apart"));
        var secret = Secret().Match(browser.Html).Value;

        using var program = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        foreach (var page in (string[])["/account", "/account/keys", "/boards", "/credits", "/jobs/", "/models"])
        {
            using var answer = await program.GetAsync(page, Token);
            Assert.True((int)answer.StatusCode == 401, $"{page} answers {(int)answer.StatusCode} to a key.");
        }
    }

    [GeneratedRegex("cw_[A-Za-z0-9_-]{43}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
