using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Members;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Boards.Members;

public sealed class BoardTeamTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_link_lets_people_onto_the_board_in_its_role_until_it_is_taken_back(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (board, team, invites) = (await AddBareBoardAsync(database), Team(database), Invites(database));
        var token = await MakeAsync(database, board, BoardRole.Commenter);
        var invitation = await invites.FindAsync(token, Token);
        Assert.Equal((board, "Plans", BoardRole.Commenter, BoardSite.Ann), (invitation?.BoardId, invitation?.BoardName, invitation?.Role, invitation?.Owner.UserId));
        Assert.Empty((await team.ReadAsync(BoardSite.Ann, board, Token))!.Members); // Looking changes nothing.

        // Pressing often is joining once.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => invites.AcceptAsync(BoardSite.Bob, token, Token)));
        var seen = await team.ReadAsync(BoardSite.Bob, board, Token);
        Assert.Equal([(BoardSite.Bob, BoardRole.Commenter)], seen!.Members.Select(static member => (member.UserId, member.Role)));
        Assert.Empty(seen.Invites); // The owner's to see.
        Assert.Equal("Ann", (await database.Services.GetRequiredService<BoardShelf>().ListAsync(BoardSite.Bob, Token)).Single().Owner, ignoreCase: true);

        var invite = Assert.Single((await team.ReadAsync(BoardSite.Ann, board, Token))!.Invites);
        Assert.Equal(MemberChange.NotFound, await invites.TakeBackAsync(BoardSite.Bob, board, invite.Id, Token));
        Assert.Equal(MemberChange.Done, await invites.TakeBackAsync(BoardSite.Ann, board, invite.Id, Token));
        Assert.Null(await invites.FindAsync(token, Token));
        Assert.Equal((MemberChange.NotFound, null), await invites.AcceptAsync(BoardSite.Vic, token, Token));
        Assert.Single((await team.ReadAsync(BoardSite.Ann, board, Token))!.Members); // Who came by it stays.
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var noted = await db.Set<AuditEntry>().Where(entry => entry.Subject == "board:" + board).Select(static entry => entry.Action).ToListAsync(Token);
        Assert.Equal(["board.invite", "board.join", "board.uninvite"], noted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_link_ends_with_its_time_and_rests_while_the_board_is_in_the_bin()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite, ("BoardMembers:InviteDays", "2"));
        var (board, invites, shelf) = (await AddBareBoardAsync(database), Invites(database), database.Services.GetRequiredService<BoardShelf>());
        var token = await MakeAsync(database, board, BoardRole.Viewer);
        Assert.Equal(BoardChange.Done, await shelf.DeleteAsync(BoardSite.Ann, board, Token));
        Assert.Null(await invites.FindAsync(token, Token));
        Assert.Equal(BoardChange.Done, await shelf.RestoreAsync(BoardSite.Ann, board, Token));
        database.Time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await invites.FindAsync(token, Token));
        database.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await invites.FindAsync(token, Token));
        Assert.Equal(MemberChange.NotFound, (await invites.AcceptAsync(BoardSite.Bob, token, Token)).Change);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_has_so_many_links_and_members_however_fast_they_come(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind, ("BoardMembers:OpenInvitesPerBoard", "2"), ("BoardMembers:PerBoard", "1"));
        var (board, invites) = (await AddBareBoardAsync(database), Invites(database));
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => invites.MakeAsync(BoardSite.Ann, board, RandomId.New(), BoardRole.Editor, Token)));
        Assert.Equal(2, made.Count(static change => change == MemberChange.Done));
        Assert.Equal(3, made.Count(static change => change == MemberChange.TooManyInvites));
        var token = (await Team(database).ReadAsync(BoardSite.Ann, board, Token))!.Invites[0].Token!;
        var joined = await Task.WhenAll(new[] { BoardSite.Bob, BoardSite.Vic, BoardSite.Eve }.Select(who => invites.AcceptAsync(who, token, Token)));
        Assert.Single(joined, static answer => answer.Change == MemberChange.Done);
        Assert.Equal(2, joined.Count(static answer => answer.Change == MemberChange.TooManyMembers));
    }

    [Fact]
    public async Task A_link_changes_nothing_for_who_is_on_the_board_already()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var (board, invites) = (await BoardSite.AddBoardAsync(database.Services), Invites(database));
        var (looks, paints) = (await MakeAsync(database, board, BoardRole.Viewer), await MakeAsync(database, board, BoardRole.Editor));
        Assert.Equal((MemberChange.Done, board), await invites.AcceptAsync(BoardSite.Bob, looks, Token));
        Assert.Equal((MemberChange.Done, board), await invites.AcceptAsync(BoardSite.Ann, looks, Token));

        // Nor upwards: who was made a viewer has the link of before in their mail.
        Assert.Equal((MemberChange.Done, board), await invites.AcceptAsync(BoardSite.Vic, paints, Token));
        Assert.Equal((BoardRole.Owner, BoardRole.Editor, BoardRole.Viewer), (await RoleAsync(database, board, BoardSite.Ann), await RoleAsync(database, board, BoardSite.Bob), await RoleAsync(database, board, BoardSite.Vic)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Roles_are_the_owners_to_give_and_to_take_and_anybody_may_leave(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (board, team) = (await BoardSite.AddBoardAsync(database.Services), Team(database));
        foreach (var other in (string[])[BoardSite.Bob, BoardSite.Vic, BoardSite.Eve])
        {
            Assert.Equal(MemberChange.NotFound, await team.ChangeRoleAsync(other, board, BoardSite.Vic, BoardRole.Editor, Token));
            Assert.Equal(MemberChange.NotFound, await team.RemoveAsync(other, board, BoardSite.Vic, withInvites: true, Token));
            Assert.Equal(MemberChange.NotFound, await Invites(database).MakeAsync(other, board, RandomId.New(), BoardRole.Editor, Token));
        }

        Assert.Null(await team.ReadAsync(BoardSite.Eve, board, Token));
        Assert.Equal(MemberChange.BadRole, await team.ChangeRoleAsync(BoardSite.Ann, board, BoardSite.Bob, BoardRole.Owner, Token));
        Assert.Equal(MemberChange.BadRole, await Invites(database).MakeAsync(BoardSite.Ann, board, RandomId.New(), BoardRole.Owner, Token));
        Assert.Equal(MemberChange.NotFound, await team.ChangeRoleAsync(BoardSite.Ann, board, BoardSite.Eve, BoardRole.Editor, Token));
        Assert.Equal(MemberChange.Done, await team.ChangeRoleAsync(BoardSite.Ann, board, BoardSite.Bob, BoardRole.Commenter, Token));
        Assert.Equal(BoardRole.Commenter, await RoleAsync(database, board, BoardSite.Bob));
        Assert.Equal(MemberChange.Done, await team.LeaveAsync(BoardSite.Vic, board, Token));
        Assert.Null(await RoleAsync(database, board, BoardSite.Vic));

        // With the links, so that there is no way back in.
        var token = await MakeAsync(database, board, BoardRole.Editor);
        Assert.Equal(MemberChange.Done, await team.RemoveAsync(BoardSite.Ann, board, BoardSite.Bob, withInvites: true, Token));
        Assert.Equal(MemberChange.NotFound, (await Invites(database).AcceptAsync(BoardSite.Bob, token, Token)).Change);
        Assert.Null(await RoleAsync(database, board, BoardSite.Bob));
    }

    [Fact]
    public async Task Links_and_members_go_with_their_board()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var board = await BoardSite.AddBoardAsync(database.Services);
        await MakeAsync(database, board, BoardRole.Editor);
        var erasure = BoardErasure.Create(database.Services.GetRequiredService<BoardShelf>());
        await database.Writes.RunAsync(
            async (db, token) =>
            {
                await erasure.EraseAsync(db, BoardSite.Ann, token);
                return true;
            },
            Token);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        Assert.False(await db.Set<BoardInvite>().AnyAsync(Token));
        Assert.False(await db.Set<BoardMember>().AnyAsync(Token));
    }

    [Fact]
    public async Task Lines_of_who_gets_another_role_or_none_are_cut_at_once_and_nobody_elses()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        var board = await site.AddBoardAsync();
        var team = site.Services.GetRequiredService<BoardTeam>();
        var (vic, _) = await site.JoinAsync(BoardSite.Vic, board, "v");
        await using (vic)
        {
            var (bob, joined) = await site.JoinAsync(BoardSite.Bob, board, "b");
            await using (bob)
            {
                Assert.Equal(BoardRole.Editor, joined.Role);
                await team.ChangeRoleAsync(BoardSite.Ann, board, BoardSite.Bob, BoardRole.Viewer, Token);
                await bob.GoneAsync();
            }

            var (back, again) = await site.JoinAsync(BoardSite.Bob, board, "b");
            await using (back)
            {
                Assert.Equal(BoardRole.Viewer, again.Role);
                await team.RemoveAsync(BoardSite.Ann, board, BoardSite.Bob, withInvites: false, Token);
                await back.GoneAsync();
            }

            await using var gone = await site.ConnectAsync(BoardSite.Bob);
            var error = await Assert.ThrowsAsync<HubErrorException>(() => gone.InvokeAsync<JoinResult>("Join", new JoinRequest(board, new("b"))));
            Assert.EndsWith(HubErrors.BoardNotFound, error.Message, StringComparison.Ordinal);
            await vic.InvokeAsync("SetPresence", new Presence(Tool: "select"));
        }
    }

    private static BoardTeam Team(TestDatabase database) => database.Services.GetRequiredService<BoardTeam>();

    private static BoardInvites Invites(TestDatabase database) => database.Services.GetRequiredService<BoardInvites>();

    private static Task<BoardRole?> RoleAsync(TestDatabase database, string board, string who) => database.Services.GetRequiredService<BoardAccess>().RoleAsync(board, who, Token);

    private static async Task<string> AddBareBoardAsync(TestDatabase database)
    {
        var board = RandomId.New();
        Assert.Equal(BoardChange.Done, await database.Services.GetRequiredService<BoardShelf>().CreateAsync(BoardSite.Ann, board, "Plans", Token));
        return board;
    }

    // Asked for twice, as a retry does, and there once.
    private static async Task<string> MakeAsync(TestDatabase database, string board, BoardRole role)
    {
        var id = RandomId.New();
        Assert.Equal(MemberChange.Done, await Invites(database).MakeAsync(BoardSite.Ann, board, id, role, Token));
        Assert.Equal(MemberChange.Done, await Invites(database).MakeAsync(BoardSite.Ann, board, id, role, Token));
        return (await Team(database).ReadAsync(BoardSite.Ann, board, Token))!.Invites.Single(invite => invite.Id == id).Token!;
    }

    private async Task<TestDatabase> CreateAsync(DatabaseKind kind, params (string Key, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(kind, server, builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => setting.Key, static setting => (string?)setting.Value));
            BoardSite.AddServices(builder);
        });
        await BoardSite.AddPeopleAsync(database.Contexts);
        return database;
    }
}
