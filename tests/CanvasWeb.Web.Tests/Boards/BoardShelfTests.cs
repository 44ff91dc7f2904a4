using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Boards;

public sealed class BoardShelfTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Asking_twice_for_a_board_makes_one(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (shelf, id) = (ShelfOf(database), RandomId.New());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shelf.CreateAsync(BoardSite.Ann, id, "One", Token)));
        var card = Assert.Single(await shelf.ListAsync(BoardSite.Ann, Token));
        Assert.Equal(("One", BoardRole.Owner), (card.Name, card.Role));
        Assert.Equal(BoardChange.NotFound, await shelf.CreateAsync(BoardSite.Eve, id, "Mine", Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Nobody_has_more_boards_than_they_may_however_fast_they_ask(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind, ("Boards:PerUser", "5"));
        var shelf = ShelfOf(database);
        var changes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => shelf.CreateAsync(BoardSite.Ann, RandomId.New(), $"Board {i}", Token)));
        Assert.Equal(5, changes.Count(static change => change == BoardChange.Done));
        Assert.Equal(7, changes.Count(static change => change == BoardChange.TooMany));
        Assert.Equal(5, (await shelf.ListAsync(BoardSite.Ann, Token)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u0007\n")]
    public async Task A_board_has_a_name(string name)
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        Assert.Equal(BoardChange.BadName, await ShelfOf(database).CreateAsync(BoardSite.Ann, RandomId.New(), name, Token));
        Assert.Equal(BoardChange.BadName, await ShelfOf(database).CreateAsync(BoardSite.Ann, RandomId.New(), new string('x', Board.MaxNameLength + 1), Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Only_the_owner_names_deletes_and_restores(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var shelf = ShelfOf(database);
        var board = await BoardSite.AddBoardAsync(database.Services);
        foreach (var other in (string[])[BoardSite.Bob, BoardSite.Vic, BoardSite.Eve])
        {
            Assert.Equal(BoardChange.NotFound, await shelf.RenameAsync(other, board, "Stolen", Token));
            Assert.Equal(BoardChange.NotFound, await shelf.DeleteAsync(other, board, Token));
        }

        Assert.Equal(BoardChange.Done, await shelf.RenameAsync(BoardSite.Ann, board, " Summer fair ", Token));
        Assert.Equal("Summer fair", Assert.Single(await shelf.ListAsync(BoardSite.Ann, Token)).Name);
        Assert.Equal(BoardChange.Done, await shelf.DeleteAsync(BoardSite.Ann, board, Token));
        Assert.Equal(BoardChange.NotFound, await shelf.RestoreAsync(BoardSite.Bob, board, Token));
        Assert.Equal(BoardChange.Done, await shelf.RestoreAsync(BoardSite.Ann, board, Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Everybody_lists_what_they_may_open(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var shelf = ShelfOf(database);
        var board = await BoardSite.AddBoardAsync(database.Services);
        var card = Assert.Single(await shelf.ListAsync(BoardSite.Vic, Token));
        Assert.Equal((board, BoardRole.Viewer, "ann"), (card.Id, card.Role, card.Owner));
        Assert.Equal(BoardRole.Editor, Assert.Single(await shelf.ListAsync(BoardSite.Bob, Token)).Role);
        Assert.Empty(await shelf.ListAsync(BoardSite.Eve, Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_in_the_bin_is_nobodys_until_it_is_restored(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (shelf, access) = (ShelfOf(database), database.Services.GetRequiredService<BoardAccess>());
        var board = await BoardSite.AddBoardAsync(database.Services);
        Assert.Equal(BoardRole.Owner, await access.RoleAsync(board, BoardSite.Ann, Token));
        await shelf.DeleteAsync(BoardSite.Ann, board, Token);
        Assert.Null(await access.RoleAsync(board, BoardSite.Ann, Token));
        Assert.Null(await access.RoleAsync(board, BoardSite.Bob, Token));
        Assert.Empty(await shelf.ListAsync(BoardSite.Ann, Token));
        Assert.Empty(await shelf.ListAsync(BoardSite.Bob, Token));
        Assert.Equal(database.Time.GetUtcNow(), Assert.Single(await shelf.BinAsync(BoardSite.Ann, Token)).DeletedAt);
        Assert.Empty(await shelf.BinAsync(BoardSite.Bob, Token));
        await shelf.RestoreAsync(BoardSite.Ann, board, Token);
        Assert.Equal(BoardRole.Editor, await access.RoleAsync(board, BoardSite.Bob, Token));
        Assert.Empty(await shelf.BinAsync(BoardSite.Ann, Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task After_thirty_days_in_the_bin_a_board_goes_with_all_that_is_its_own(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var shelf = ShelfOf(database);
        var (board, other) = (await BoardSite.AddBoardAsync(database.Services), await BoardSite.AddBoardAsync(database.Services));
        await DrawAsync(database, board);
        await AddJobsAsync(database, board, other);
        await shelf.DeleteAsync(BoardSite.Ann, board, Token);
        database.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await shelf.PurgeAsync(10, Token));
        Assert.Equal(4, await CountJobsAsync(database, static _ => true));
        database.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await shelf.PurgeAsync(10, Token));
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(other, await db.Set<Board>().Select(static row => row.Id).SingleAsync(Token));
        Assert.False(await db.Set<BoardOpRow>().AnyAsync(Token));
        Assert.False(await db.Set<BoardMember>().AnyAsync(row => row.BoardId == board, Token));

        // The prompts too, whoever wrote them; what is open first has its credits settled.
        Assert.Equal(2, await CountJobsAsync(database, job => job.BoardId == other));
        Assert.Equal(1, await CountJobsAsync(database, job => job.BoardId == board && job.State == JobState.Queued));
        Assert.Equal(0, await CountJobsAsync(database, job => job.BoardId == board && job.State != JobState.Queued));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_duplicate_starts_with_what_lies_on_the_board_and_goes_its_own_way(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (shelf, host) = (ShelfOf(database), database.Services.GetRequiredService<BoardHost>());
        var (board, copy) = (await BoardSite.AddBoardAsync(database.Services), RandomId.New());
        await DrawAsync(database, board);
        Assert.Equal(BoardChange.NotFound, await shelf.DuplicateAsync(BoardSite.Eve, board, RandomId.New(), "Stolen", Token));
        Assert.Equal(BoardChange.Done, await shelf.DuplicateAsync(BoardSite.Vic, board, copy, "Mine now", Token));
        Assert.Equal(BoardChange.Done, await shelf.DuplicateAsync(BoardSite.Vic, board, copy, "Mine now", Token));
        Assert.Equal(Visible(await host.StateAsync(board, Token)), Visible(await host.StateAsync(copy, Token)));
        Assert.Null(await database.Services.GetRequiredService<BoardAccess>().RoleAsync(copy, BoardSite.Ann, Token));

        // Its writer takes the numbers of new clients from 1, and those of the source are nobody's there.
        var result = await host.SubmitAsync(copy, new(BoardSite.Vic), BoardRole.Owner, [new(new("a"), 1, Note("own"))], Token);
        Assert.Equal(3, Assert.Single(result.Outcomes).Seq);
        Assert.False((await host.StateAsync(board, Token)).IsLive(new("own")));
    }

    [Fact]
    public async Task An_edit_moves_a_board_to_the_front()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var (one, two) = (await BoardSite.AddBoardAsync(database.Services), await BoardSite.AddBoardAsync(database.Services));
        database.Time.Advance(TimeSpan.FromHours(1));
        await DrawAsync(database, one);
        var cards = await ShelfOf(database).ListAsync(BoardSite.Ann, Token);
        Assert.Equal([one, two], cards.Select(static card => card.Id));
        Assert.Equal(database.Time.GetUtcNow(), cards[0].EditedAt);
    }

    // On each board one that ended and one that waits.
    private static Task AddJobsAsync(TestDatabase database, params string[] boards) => database.Writes.RunAsync(
        (db, _) =>
        {
            var now = database.Time.GetUtcNow();
            foreach (var board in boards)
            {
                var jobs = new[] { "ended", "waits" }.Select(request => Job.Queue(
                    new()
                    {
                        UserId = BoardSite.Bob,
                        BoardId = board,
                        FrameId = new("f"),
                        RequestId = board + request,
                        Task = CanvasWeb.Contracts.JobTask.TextToImage,
                        Model = "test",
                        Settings = FrameSettings.Default with { Prompt = "a secret" },
                        Plan = new(FrameTask.TextToImage, new(0, 0, 64, 64), new(0, 0, 64, 64), new(64, 64), new(64, 64), new(0, 0, 64, 64), 0),
                        Price = 0,
                    },
                    now)).ToList();
                jobs[0].Cancel(now);
                db.AddRange(jobs);
            }

            return Task.CompletedTask;
        },
        Token);

    private static async Task<int> CountJobsAsync(TestDatabase database, System.Linq.Expressions.Expression<Func<Job, bool>> which)
    {
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        return await db.Set<Job>().CountAsync(which, Token);
    }

    private static BoardShelf ShelfOf(TestDatabase database) => database.Services.GetRequiredService<BoardShelf>();

    private static Task<CanvasWeb.Canvas.Document.Sync.SubmitResult> DrawAsync(TestDatabase database, string board) => database.Services.GetRequiredService<BoardHost>().SubmitAsync(
        board, new(BoardSite.Ann), BoardRole.Owner, [new(new("a"), 1, Tile("t")), new(new("a"), 2, Note("n"))], Token);

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
