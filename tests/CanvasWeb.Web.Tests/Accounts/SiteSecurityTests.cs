using System.Net;
using System.Net.WebSockets;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>What holds for every page and form: headers, cookies, tokens, origins, keys.</summary>
public sealed class SiteSecurityTests(ProviderSite shared, PostgreSqlServer server) : IClassFixture<ProviderSite>
{
    private readonly RunningSite _site = shared.Site;

    [Theory]
    [InlineData("/")]
    [InlineData("/account/sign-in")]
    [InlineData("/no-such-page")]
    [InlineData("/css/site.css")]
    public async Task Every_answer_tells_the_browser_what_not_to_do(string address)
    {
        using var client = new HttpClient { BaseAddress = _site.Address };
        using var response = await client.GetAsync(address, TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy[..policy.IndexOf("style-src", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("form-action 'self' http://127.0.0.1:", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task The_one_inline_script_is_allowed_by_its_hash_and_there_is_no_other()
    {
        using var client = new HttpClient { BaseAddress = _site.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account/sign-in");
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        const string Start = "<script type=\"importmap\">";
        var from = html.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var map = html[from..html.IndexOf("</script>", from, StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(map)));
        Assert.Contains($"'sha256-{hash}'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick=", html, StringComparison.Ordinal);
        Assert.All(html.Split("<script")[1..], static script => Assert.True(script.Contains("src=", StringComparison.Ordinal) || script.StartsWith(" type=\"importmap\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_of_other_sites()
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "cookies");
        await browser.GoAsync("/account");
        var own = browser.Cookies.Received.Where(static cookie => cookie.StartsWith("canvasweb.", StringComparison.Ordinal)).ToList();
        Assert.Contains(own, static cookie => cookie.StartsWith("canvasweb.session=", StringComparison.Ordinal));
        Assert.Contains(own, static cookie => cookie.StartsWith("canvasweb.antiforgery=", StringComparison.Ordinal));
        Assert.Contains(own, static cookie => cookie.StartsWith("canvasweb.correlation.", StringComparison.Ordinal));
        Assert.All(own.Where(static cookie => !cookie.Contains("01 Jan 1970", StringComparison.Ordinal)), static cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData("/account/sign-out")]
    [InlineData("/account/appearance")]
    [InlineData("/account/external/Google")]
    [InlineData("/account/profile")]
    [InlineData("/account/sessions/end")]
    [InlineData("/account/sessions/end-others")]
    [InlineData("/account/unlink")]
    [InlineData("/account/password/remove")]
    [InlineData("/account/delete/confirmed")]
    public async Task A_form_without_its_token_changes_nothing(string address)
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "forms");
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = _site.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([new("displayName", "Mallory"), new("understood", "true")]),
        };
        request.Headers.Add("Cookie", browser.Cookies.Header(_site.Address));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotNull(await browser.AccountAsync());
        Assert.Contains("value=\"Forms\"", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.Found)]
    public async Task Another_site_cannot_post_here_even_where_no_token_is_asked_for(string header, string value, HttpStatusCode expected)
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/try");
        request.Headers.Add(header, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Found ? 1 : 0, (await site.UsersAsync()).Count);
    }

    [Theory]
    [InlineData("/hubs/board")]
    [InlineData("/_blazor")]
    public async Task Another_site_cannot_open_a_web_socket_here(string path)
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "sockets");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", browser.Cookies.Header(_site.Address));
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var address = new UriBuilder(_site.Address) { Scheme = "ws", Path = path }.Uri;
        var error = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, TestContext.Current.CancellationToken));
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_needs_somebody_sends_people_to_sign_in_and_tells_programs_401()
    {
        using var browser = _site.OpenBrowser();
        await browser.GoAsync("/account?notice=saved");
        Assert.Equal("/account/sign-in", browser.Url.AbsolutePath);
        Assert.Contains("value=\"/account?notice=saved\"", browser.Html, StringComparison.Ordinal);
        using var program = new HttpClient { BaseAddress = _site.Address };
        using var response = await program.GetAsync("/account", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_restart_signs_nobody_out()
    {
        var folder = Directory.CreateTempSubdirectory("canvasweb-restart-");
        try
        {
            string? cookie;
            string? account;
            await using (var before = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Data:Folder", folder.FullName)))
            {
                using var browser = before.OpenBrowser();
                await browser.RegisterAsync("restart@example.com");
                account = await browser.AccountAsync();
                cookie = browser.Cookies["canvasweb.session"];
            }

            Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder.FullName, "keys")));
            await using var after = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Data:Folder", folder.FullName));
            using var client = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = after.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
            request.Headers.Add("Cookie", "canvasweb.session=" + cookie);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Contains(account ?? "?", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }
}
