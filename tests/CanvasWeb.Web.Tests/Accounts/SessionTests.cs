using System.Net.WebSockets;
using System.Text;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Accounts;

public sealed class SessionTests(ProviderSite shared, LocalProviders providers, PostgreSqlServer server) : IClassFixture<ProviderSite>
{
    private readonly RunningSite _site = shared.Site;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_browser_that_is_signed_out_from_another_one_is_out_at_once(DatabaseKind kind)
    {
        await using var site = await providers.StartWithProvidersAsync(server, kind);
        using var here = site.OpenBrowser();
        using var there = site.OpenBrowser();
        await here.SignInWithAsync("Google", "two-places");
        await there.SignInWithAsync("Google", "two-places");
        Assert.NotNull(await there.AccountAsync());
        await here.GoAsync("/account");
        await here.SubmitAsync("Sign out of Firefox");
        Assert.Contains("Signed out there.", here.Text, StringComparison.Ordinal);
        Assert.Null(await there.AccountAsync());
        Assert.NotNull(await here.AccountAsync());
    }

    [Fact]
    public async Task All_other_browsers_are_signed_out_in_one_step()
    {
        using var here = _site.OpenBrowser();
        using var second = _site.OpenBrowser();
        using var third = _site.OpenBrowser();
        await here.RegisterAsync("three@example.com");
        await second.SignInAsync("three@example.com");
        await third.SignInAsync("three@example.com");
        await here.GoAsync("/account");
        await here.SubmitAsync("Sign out everywhere else");
        Assert.NotNull(await here.AccountAsync());
        Assert.Null(await second.AccountAsync());
        Assert.Null(await third.AccountAsync());
    }

    [Fact]
    public async Task Somebody_else_s_session_cannot_be_ended()
    {
        using var victim = _site.OpenBrowser();
        await victim.RegisterAsync("victim@example.com");
        var session = await SessionOfAsync(await victim.AccountAsync());
        using var other = _site.OpenBrowser();
        await other.RegisterAsync("other@example.com");
        await other.GoAsync("/account");
        await other.PostAsync("/account/sessions/end", ("session", session));
        Assert.NotNull(await victim.AccountAsync());
    }

    [Fact]
    public async Task A_cookie_kept_from_before_signing_out_is_worth_nothing()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("keeps@example.com");
        var kept = browser.Cookies["canvasweb.session"];
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Sign out");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_site.Address, "/account"));
        request.Headers.Add("Cookie", "canvasweb.session=" + kept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_browser_that_stays_away_for_thirty_days_signs_in_again()
    {
        await using var site = await providers.StartWithProvidersAsync(server);
        using var browser = site.OpenBrowser();
        await browser.SignInWithAsync("Google", "traveller");
        site.Time.Jump(TimeSpan.FromDays(20));
        Assert.NotNull(await browser.AccountAsync());
        site.Time.Jump(TimeSpan.FromDays(20));
        Assert.NotNull(await browser.AccountAsync());
        site.Time.Jump(TimeSpan.FromDays(31));
        Assert.Null(await browser.AccountAsync());
    }

    [Fact]
    public async Task A_session_that_another_replica_ended_is_out_within_ten_seconds()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("replica@example.com");
        var account = await browser.AccountAsync();
        await DeleteRowsAsync(account);
        _site.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await browser.AccountAsync());
    }

    [Fact]
    public async Task An_open_board_connection_closes_when_its_session_is_ended_here()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("hub@example.com");
        var account = await browser.AccountAsync();
        using var connection = await ConnectAsync(browser);
        var sessions = _site.Services.GetRequiredService<SessionStore>();
        await sessions.EndOthersAsync(account ?? "", keptSessionId: null, TestContext.Current.CancellationToken);
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task An_open_board_connection_closes_within_twenty_seconds_when_its_session_is_ended_elsewhere()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("hub-elsewhere@example.com");
        var account = await browser.AccountAsync();
        using var connection = await ConnectAsync(browser);
        await DeleteRowsAsync(account);
        _site.Time.Advance(TimeSpan.FromSeconds(20));
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task One_session_more_than_allowed_ends_the_one_longest_unused()
    {
        await using var site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, ("Accounts:SessionsPerPerson", "2"));
        using var first = site.OpenBrowser();
        using var second = site.OpenBrowser();
        using var third = site.OpenBrowser();
        foreach (var browser in new[] { first, second, third })
        {
            await browser.SignInWithAsync("Google", "many-places");
            site.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Null(await first.AccountAsync());
        Assert.NotNull(await second.AccountAsync());
        Assert.NotNull(await third.AccountAsync());
    }

    [Fact]
    public async Task A_session_that_ended_while_it_was_being_read_is_not_remembered()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("reads@example.com");
        var user = await browser.AccountAsync() ?? "";
        var token = TestContext.Current.CancellationToken;
        var sessions = _site.Services.GetRequiredService<SessionStore>();
        var writes = _site.Services.GetRequiredService<WriteTransactions>();
        for (var round = 0; round < 50; round++)
        {
            var session = await writes.RunAsync((db, inside) => sessions.OpenAsync(db, user, confirmed: true, "test", inside), token);
            var reads = Enumerable.Range(0, 4).Select(async _ => await sessions.FindAsync(session.Id, token));
            await Task.WhenAll([sessions.EndAsync(user, session.Id, token), .. reads]);
            Assert.Null(await sessions.FindAsync(session.Id, token));
        }
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_sweep_deletes_what_nobody_used_for_thirty_days_and_nothing_else(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        using var stale = site.OpenBrowser();
        using var used = site.OpenBrowser();
        await stale.RegisterAsync("sweep@example.com");
        var user = await stale.AccountAsync() ?? "";
        site.Time.Jump(TimeSpan.FromDays(20));
        await used.SignInAsync("sweep@example.com");
        site.Time.Jump(TimeSpan.FromDays(11));
        var sessions = site.Services.GetRequiredService<SessionStore>();
        await sessions.SweepAsync(TestContext.Current.CancellationToken); // The hourly one may have come before it; then this finds nothing.
        await using var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(user, Assert.Single(await db.Set<UserSession>().AsNoTracking().ToListAsync(TestContext.Current.CancellationToken)).UserId);
        Assert.Equal(user, await used.AccountAsync());
    }

    [Fact]
    public async Task An_open_board_connection_closes_when_its_session_is_too_old()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("open-for-weeks@example.com");
        using var connection = await ConnectAsync(browser, site);
        site.Time.Jump(TimeSpan.FromDays(31));
        site.Time.Advance(TimeSpan.FromSeconds(20));
        await ClosedAsync(connection);
    }

    private Task<ClientWebSocket> ConnectAsync(TestBrowser browser) => ConnectAsync(browser, _site);

    private static async Task<ClientWebSocket> ConnectAsync(TestBrowser browser, RunningSite site)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", "canvasweb.session=" + browser.Cookies["canvasweb.session"]);
        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/hubs/board" }.Uri, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        var answer = await socket.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Text, answer.MessageType);

        // The handshake is answered before OnConnectedAsync has run; a ping that is sent, or the answer to a call, comes after it.
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"type\":1,\"target\":\"NoSuchMethod\",\"invocationId\":\"1\",\"arguments\":[]}\u001e"), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task ClosedAsync(ClientWebSocket connection)
    {
        try
        {
            WebSocketReceiveResult received;
            do
                received = await connection.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken);
            while (received.MessageType != WebSocketMessageType.Close);
        }
        catch (WebSocketException)
        {
            // Cut without a farewell: closed as well.
        }

        Assert.NotEqual(WebSocketState.Open, connection.State);
    }

    private async Task<string> SessionOfAsync(string? account)
    {
        await using var db = await _site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Set<UserSession>().Where(session => session.UserId == account).Select(static session => session.Id).SingleAsync(TestContext.Current.CancellationToken);
    }

    // As another process would, behind this one's back.
    private Task<int> DeleteRowsAsync(string? account) => _site.Services.GetRequiredService<WriteTransactions>().RunAsync(
        (db, token) => db.Set<UserSession>().Where(session => session.UserId == account).ExecuteDeleteAsync(token), TestContext.Current.CancellationToken);
}
