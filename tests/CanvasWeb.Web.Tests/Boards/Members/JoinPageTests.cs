using System.Net;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Members;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Boards.Members;

public sealed class JoinPageTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_opens_a_link_signs_in_reads_who_invites_them_and_joins_by_the_button_alone()
    {
        await using var site = await StartAsync();
        var (board, token) = await InviteAsync(site);
        using (var setUp = site.OpenBrowser())
            await setUp.RegisterAsync("bob@example.org", name: "Bob");
        using var bob = site.OpenBrowser();
        await bob.GoAsync("/join/" + token);
        Assert.Equal("/account/sign-in", bob.Url.AbsolutePath);
        await bob.SubmitAsync("Password", ("Form.Email", "bob@example.org"), ("Form.Password", SignInSteps.Password));
        Assert.Equal(("/join/" + token, HttpStatusCode.OK), (bob.Url.AbsolutePath, bob.Status));
        Assert.Contains("Ada invites you to a board", bob.Text, StringComparison.Ordinal);
        Assert.Contains("Winter fair", bob.Text, StringComparison.Ordinal);

        // Not yet.
        await bob.GoAsync("/b/" + board);
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        await bob.GoAsync("/join/" + token);
        await bob.SubmitAsync("Join the board");
        Assert.Equal(("/b/" + board, HttpStatusCode.OK), (bob.Url.AbsolutePath, bob.Status));

        // And from now on straight there.
        await bob.GoAsync("/join/" + token);
        Assert.Equal("/b/" + board, bob.Url.AbsolutePath);
    }

    [Fact]
    public async Task A_link_that_opens_nothing_says_what_to_do_and_too_many_are_refused()
    {
        await using var site = await StartAsync(("BoardMembers:OpeningsPerFiveMinutes", "3"));
        using var bob = site.OpenBrowser();
        await bob.RegisterAsync("bob@example.org", name: "Bob");
        foreach (var token in (string[])["nothing", SecretToken.New("").Secret])
        {
            await bob.GoAsync("/join/" + token);
            Assert.Equal(HttpStatusCode.NotFound, bob.Status);
            Assert.Contains("Ask whoever sent it to you for a new one", bob.Text, StringComparison.Ordinal);
        }

        await bob.GoAsync("/join/nothing");
        await bob.GoAsync("/join/nothing");
        Assert.Equal(HttpStatusCode.TooManyRequests, bob.Status);
    }

    [Fact]
    public async Task A_full_board_says_so()
    {
        await using var site = await StartAsync(("BoardMembers:PerBoard", "1"));
        var (_, token) = await InviteAsync(site);
        using var bob = site.OpenBrowser();
        await bob.RegisterAsync("bob@example.org", name: "Bob");
        using var vic = site.OpenBrowser();
        await vic.RegisterAsync("vic@example.org", name: "Vic");
        await vic.GoAsync("/join/" + token);
        await bob.GoAsync("/join/" + token);
        await bob.SubmitAsync("Join the board");
        await vic.SubmitAsync("Join the board");
        Assert.Contains("as many people as a board can have", vic.Text, StringComparison.Ordinal);
    }

    private Task<RunningSite> StartAsync(params (string Name, string Value)[] settings) => RunningSite.StartAsync(DatabaseKind.Sqlite, server, settings);

    // A board of Ada's, and a link to paint on it.
    private static async Task<(string Board, string Token)> InviteAsync(RunningSite site)
    {
        using var ada = site.OpenBrowser();
        await ada.RegisterAsync("ada@example.org");
        var (owner, board) = ((await ada.AccountAsync())!, RandomId.New());
        Assert.Equal(BoardChange.Done, await site.Services.GetRequiredService<BoardShelf>().CreateAsync(owner, board, "Winter fair", Token));
        Assert.Equal(MemberChange.Done, await site.Services.GetRequiredService<BoardInvites>().MakeAsync(owner, board, RandomId.New(), BoardRole.Editor, Token));
        var team = await site.Services.GetRequiredService<BoardTeam>().ReadAsync(owner, board, Token);
        return (board, Assert.Single(team!.Invites).Token!);
    }
}
