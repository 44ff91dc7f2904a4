using System.Net;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>The code flow against two real providers that play Google and Microsoft.</summary>
public sealed class ProviderSignInTests(ProviderSite shared, LocalProviders providers, PostgreSqlServer server) : IClassFixture<ProviderSite>
{
    private List<Uri> _asked = [];

    [Theory]
    [InlineData("Google", DatabaseKind.Sqlite)]
    [InlineData("Microsoft", DatabaseKind.PostgreSql)]
    public async Task A_new_person_gets_an_account_and_finds_it_again_from_another_browser(string provider, DatabaseKind kind)
    {
        await using var site = await providers.StartWithProvidersAsync(server, kind);
        using var first = site.OpenBrowser();
        await first.SignInWithAsync(provider, "grace");
        Assert.Contains(first.Visited, static url => url.AbsolutePath == ReturnUrls.Default);
        var account = await first.AccountAsync();
        Assert.NotNull(account);
        Assert.Contains("value=\"Grace\"", first.Html, StringComparison.Ordinal);

        using var second = site.OpenBrowser();
        await second.SignInWithAsync(provider, "grace");
        Assert.Equal(account, await second.AccountAsync());
        Assert.Single(await site.UsersAsync());
    }

    [Fact]
    public async Task The_same_e_mail_and_even_the_same_subject_from_two_issuers_are_two_people()
    {
        var site = shared.Site;
        using var google = site.OpenBrowser();
        using var microsoft = site.OpenBrowser();
        using var local = site.OpenBrowser();
        await google.SignInWithAsync("Google", "sam:sam@example.com");
        await microsoft.SignInWithAsync("Microsoft", "sam:sam@example.com");
        await local.RegisterAsync("sam@example.com");

        var accounts = new[] { await google.AccountAsync(), await microsoft.AccountAsync(), await local.AccountAsync() };
        Assert.All(accounts, static account => Assert.NotNull(account));
        Assert.Equal(3, accounts.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_provider_s_e_mail_opens_no_account_with_a_password_and_a_password_none_of_the_provider_s()
    {
        var site = shared.Site;
        using var google = site.OpenBrowser();
        await google.SignInWithAsync("Google", "kim:kim@example.com");
        var account = await google.AccountAsync();

        using var stranger = site.OpenBrowser();
        await stranger.SignInAsync("kim@example.com");
        Assert.Contains("do not go together", stranger.Text, StringComparison.Ordinal);
        await stranger.RegisterAsync("kim@example.com");
        Assert.NotEqual(account, await stranger.AccountAsync());
        using var again = site.OpenBrowser();
        await again.SignInWithAsync("Google", "kim");
        Assert.Equal(account, await again.AccountAsync());
    }

    [Fact]
    public async Task The_way_to_the_provider_carries_state_and_a_challenge_and_the_provider_holds_the_code_against_it()
    {
        var site = shared.Site;
        var issuers = await providers.StartAsync(TestContext.Current.CancellationToken);
        using var browser = site.OpenBrowser();
        var code = await StopAtCallbackAsync(browser, "Google", "lin");
        var asked = QueryHelpers.ParseQuery(_asked.Find(static url => url.AbsolutePath == "/auth")?.Query);
        Assert.Equal("S256", asked["code_challenge_method"].ToString());
        Assert.NotEmpty(asked["code_challenge"].ToString());
        Assert.NotEmpty(asked["state"].ToString());
        Assert.Equal("openid profile email", asked["scope"].ToString());

        // Whoever steals the code has the client's secret too here, and still not the verifier.
        using var thief = new HttpClient();
        using var answer = await thief.PostAsync(
            new Uri(issuers["Google"] + "/token"),
            new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = asked["redirect_uri"].ToString(),
                ["client_id"] = LocalProviders.ClientId,
                ["client_secret"] = LocalProviders.ClientSecret,
            }),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("invalid_grant", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_another_state_is_refused()
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        await StopAtCallbackAsync(browser, "Google", "mia");
        var callback = browser.Url;
        await browser.GoAsync(Replace(callback, "state", "made-up"));
        await RefusedAsync(browser);
        await StopAtCallbackAsync(browser, "Google", "mia");
        callback = browser.Url;
        await browser.GoAsync(QueryHelpers.AddQueryString("/account/callback/google", "code", Parameter(callback, "code")));
        await RefusedAsync(browser);
    }

    [Fact]
    public async Task An_answer_carried_into_another_browser_is_refused()
    {
        var site = shared.Site;
        using var attacker = site.OpenBrowser();
        await StopAtCallbackAsync(attacker, "Google", "mallory");
        using var victim = site.OpenBrowser();
        await victim.GoAsync(attacker.Url.PathAndQuery);
        await RefusedAsync(victim);

        // Not even with a round of the victim's own under way.
        await StopAtCallbackAsync(victim, "Google", "victor");
        await victim.GoAsync(attacker.Url.PathAndQuery);
        await RefusedAsync(victim);
    }

    [Fact]
    public async Task An_answer_is_good_once()
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        await StopAtCallbackAsync(browser, "Google", "nora");
        var callback = browser.Url.PathAndQuery;
        await browser.GoAsync(callback);
        Assert.NotNull(await browser.AccountAsync());
        await browser.SubmitAsync("Sign out");
        await browser.GoAsync(callback);
        Assert.Contains("Start again here", browser.Text, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
    }

    [Fact]
    public async Task A_used_code_with_a_fresh_state_is_refused_by_the_provider()
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        var used = await StopAtCallbackAsync(browser, "Google", "omar");
        await browser.GoAsync(browser.Url.PathAndQuery);
        await browser.AccountAsync();
        await browser.SubmitAsync("Sign out");

        await StopAtCallbackAsync(browser, "Google", "omar");
        await browser.GoAsync(Replace(browser.Url, "code", used));
        Assert.Contains("Start again here", browser.Text, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
    }

    [Fact]
    public async Task A_code_from_one_provider_is_refused_in_the_other_s_name()
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        await StopAtCallbackAsync(browser, "Microsoft", "pia");
        await browser.GoAsync(browser.Url.PathAndQuery.Replace("/callback/microsoft", "/callback/google", StringComparison.Ordinal));
        await RefusedAsync(browser);
    }

    [Fact]
    public async Task Saying_no_at_the_provider_comes_back_with_what_to_do()
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/account/sign-in?returnUrl=%2Fcredits");
        await browser.SubmitAsync("Continue with Microsoft");
        await browser.SubmitAsync("Who are you?", ("answer", "no"));
        Assert.Equal("/account/sign-in", browser.Url.AbsolutePath);
        Assert.Contains("You stopped signing in at Microsoft", browser.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"/credits\"", browser.Html, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
    }

    [Theory]
    [InlineData("TokenEndpoint", "http://127.0.0.1:9/token", "did not answer")]
    [InlineData("UserInformationEndpoint", "http://127.0.0.1:9/me", "did not answer")]
    [InlineData("ClientSecret", "another secret", "does not know this site")]
    public async Task A_provider_that_fails_the_site_is_named_with_what_to_do(string setting, string value, string words)
    {
        await using var site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, ("Accounts:Google:" + setting, value));
        using var browser = site.OpenBrowser();
        await browser.SignInWithAsync("Google", "quinn");
        Assert.Equal("/account/sign-in", browser.Url.AbsolutePath);
        Assert.Contains("Google " + words, browser.Text, StringComparison.Ordinal);
        Assert.Empty(await site.UsersAsync());
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    public async Task Signing_in_leads_to_no_other_site(string returnUrl)
    {
        var site = shared.Site;
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/account/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        await browser.SubmitAsync("Continue with Google");
        await browser.AnswerProviderAsync("rosa");
        Assert.Equal(site.Address.Authority, browser.Url.Authority);
        Assert.Contains(browser.Visited, url => url.Authority == site.Address.Authority && url.AbsolutePath == ReturnUrls.Default);
    }

    /// <summary>Signs in at the provider, and stops before the answer reaches the site.</summary>
    /// <returns>The code in the answer.</returns>
    private async Task<string> StopAtCallbackAsync(TestBrowser browser, string provider, string login)
    {
        browser.StopAt = static url => url.AbsolutePath.StartsWith("/account/callback/", StringComparison.Ordinal);
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Continue with " + provider);
        _asked = [.. browser.Visited];
        if (!browser.StopAt(browser.Url))
            await browser.AnswerProviderAsync(login);
        browser.StopAt = null;
        return Parameter(browser.Url, "code");
    }

    private static async Task RefusedAsync(TestBrowser browser)
    {
        Assert.Equal("/account/sign-in", browser.Url.AbsolutePath);
        Assert.Contains("Start again here", browser.Text, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
    }

    private static string Parameter(Uri url, string name) => QueryHelpers.ParseQuery(url.Query)[name].ToString();

    private static string Replace(Uri url, string name, string value)
    {
        var query = QueryHelpers.ParseQuery(url.Query).ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value.ToString(), StringComparer.Ordinal);
        query[name] = value;
        return QueryHelpers.AddQueryString(url.AbsolutePath, query);
    }
}
