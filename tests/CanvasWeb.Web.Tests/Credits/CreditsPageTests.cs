using System.Net;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Credits;

public sealed class CreditsPageTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775807")]
    public async Task A_made_up_page_of_the_statement_is_answered(string before)
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("statement@example.com");
        await browser.GoAsync("/credits");
        await browser.GoAsync("/credits?before=" + before);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains("class=\"cw-table\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_who_looks_at_somebody_gives_them_nothing()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var admin = site.OpenBrowser();
        using var newcomer = site.OpenBrowser();
        await admin.RegisterAsync("admin@example.com"); // The first one made at the machine itself.
        await newcomer.RegisterAsync("newcomer@example.com");
        await newcomer.GoAsync("/credits");
        var user = await newcomer.AccountAsync() ?? "";
        var ledger = site.Services.GetRequiredService<Ledger>();
        var token = TestContext.Current.CancellationToken;
        site.Time.Jump(TimeSpan.FromDays(32));
        await admin.SignInAsync("admin@example.com");

        await admin.GoAsync("/admin/credits?user=" + user);
        Assert.Contains("newcomer@example.com", admin.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await ledger.StatementAsync(user, null, token)).Total);
        Assert.Equal(50, (await ledger.RecordedAsync(user, token)).Available.Amount);
        Assert.Equal(65, (await ledger.BalanceAsync(user, token)).Available.Amount);
    }
}
