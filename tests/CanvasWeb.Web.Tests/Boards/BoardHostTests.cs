using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Boards;

public sealed class BoardHostTests(PostgreSqlServer server)
{
    private static readonly ActorId s_ann = new(BoardSite.Ann);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_is_answered_is_stored_and_the_log_replays_to_the_state(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (host, board) = (HostOf(database), await AddBoardAsync(database));
        var result = await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 1, Note("n")), Op("a", 2, new NodeDelete(new("missing"))), Op("a", 3, Frame("f"))], Token);
        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Refused, OutcomeKind.Accepted], result.Outcomes.Select(static outcome => outcome.Kind));
        Assert.Equal(2, result.Head);
        var log = await LogAsync(database, board);
        Assert.Equal([1L, 2L], log.Select(static op => op.Seq));
        Assert.Equal(Text(await host.StateAsync(board, Token)), Text(BoardReducer.Replay(BoardState.Empty, log)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_retry_is_a_duplicate_also_for_a_host_that_was_started_since(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var board = await AddBoardAsync(database);
        await HostOf(database).SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 1, Note("n"))], Token);
        await using var next = NewHost(database);
        var retry = await next.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 1, Note("n")), Op("a", 2, Note("m"))], Token);
        Assert.Equal([OutcomeKind.Duplicate, OutcomeKind.Accepted], retry.Outcomes.Select(static outcome => outcome.Kind));
        Assert.Equal(2, (await LogAsync(database, board)).Count);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_opened_from_its_snapshot_is_the_one_that_its_whole_log_makes(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind, ("Boards:SnapshotEvery", "5"));
        var board = await AddBoardAsync(database);
        await using (var host = NewHost(database))
        {
            for (var i = 1; i <= 23; i++)
                await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", i, Note($"n{i}"))], Token);
        }

        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var snapshots = await db.Set<BoardSnapshotRow>().Where(row => row.BoardId == board).Select(static row => row.Seq).Order().ToListAsync(Token);
        Assert.Equal(2, snapshots.Count);
        Assert.InRange(snapshots[^1], 20, 23);
        await using var next = NewHost(database);
        Assert.Equal(Text(BoardReducer.Replay(BoardState.Empty, await LogAsync(database, board))), Text(await next.StateAsync(board, Token)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Two_processes_that_write_one_board_take_turns_without_a_gap_or_a_double(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var board = await AddBoardAsync(database);
        await using var one = NewHost(database);
        await using var two = NewHost(database);
        for (var i = 1; i <= 20; i++)
        {
            var result = await (i % 3 == 0 ? two : one).SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", i, Note($"n{i}"))], Token);
            Assert.Equal(i, Assert.Single(result.Outcomes).Seq);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(static seq => (long)seq), (await LogAsync(database, board)).Select(static op => op.Seq));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_the_database_refuses_was_never_there_and_takes_nobody_else_along(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (host, board) = (HostOf(database), await AddBoardAsync(database));
        await PoisonAsync(database, kind);
        var poison = host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("poison", 1, Note("p"))], Token);
        var others = Enumerable.Range(1, 20).Select(i => host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op($"c{i}", 1, Note($"n{i}"))], Token)).ToList();
        await Assert.ThrowsAsync<BoardUnavailableException>(() => poison);
        foreach (var result in await Task.WhenAll(others))
            Assert.Equal(OutcomeKind.Accepted, Assert.Single(result.Outcomes).Kind);

        var log = await LogAsync(database, board);
        Assert.Equal(Enumerable.Range(1, 20).Select(static seq => (long)seq), log.Select(static op => op.Seq));
        Assert.DoesNotContain(log, static op => op.Client.Value == "poison");
        Assert.Equal(Text(BoardReducer.Replay(BoardState.Empty, log)), Text(await host.StateAsync(board, Token)));
    }

    [Fact]
    public async Task Submissions_that_wait_together_are_stored_together_and_in_order()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var (host, board) = (HostOf(database), await AddBoardAsync(database));
        var waiting = Enumerable.Range(1, 100).Select(i => host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", i, Note($"n{i}"))], Token)).ToList();
        var results = await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(1, 100).Select(static seq => (long?)seq), results.Select(static result => result.Outcomes[0].Seq));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_that_nobody_uses_leaves_memory_with_a_snapshot(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind);
        var (host, board) = (HostOf(database), await AddBoardAsync(database));
        await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 1, Note("n"))], Token);

        // The timer is set when the loop finds nothing to do, which is soon but not at once: time goes on until it rings.
        var closed = host.ClosedAsync(board);
        while (!closed.IsCompleted)
        {
            database.Time.Advance(TimeSpan.FromSeconds(60));
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(1, await db.Set<BoardSnapshotRow>().Where(row => row.BoardId == board).Select(static row => row.Seq).SingleAsync(Token));
        var again = await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 2, Note("m"))], Token);
        Assert.Equal(2, again.Head);
    }

    [Fact]
    public async Task A_board_in_the_bin_takes_nothing_and_nothing_is_lost_when_it_comes_back()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        var (host, board) = (HostOf(database), await AddBoardAsync(database));
        var shelf = database.Services.GetRequiredService<BoardShelf>();
        await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 1, Note("n"))], Token);
        await shelf.DeleteAsync(BoardSite.Ann, board, Token);
        await Assert.ThrowsAsync<BoardUnavailableException>(() => host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 2, Note("m"))], Token));
        await shelf.RestoreAsync(BoardSite.Ann, board, Token);
        Assert.Equal(2, (await host.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", 2, Note("m"))], Token)).Head);
    }

    [Fact]
    public async Task A_board_that_never_was_cannot_be_opened()
    {
        await using var database = await CreateAsync(DatabaseKind.Sqlite);
        await Assert.ThrowsAsync<BoardUnavailableException>(() => HostOf(database).StateAsync("no-such-board", Token));
    }

    [Fact]
    public void The_ring_gives_what_follows_and_says_when_it_no_longer_can()
    {
        var recent = new RecentOps(4);
        var state = BoardState.Empty;
        for (var i = 1; i <= 10; i++)
        {
            var op = new SequencedOp(i, s_ann, new("a"), i, Note($"n{i}"));
            state = BoardReducer.Apply(state, op);
            recent.Publish(state, [op]);
        }

        Assert.Equal([7L, 8L, 9L, 10L], recent.After(6).Ops!.Select(static op => op.Seq));
        Assert.Equal([9L], recent.After(8, most: 1).Ops!.Select(static op => op.Seq));
        Assert.Empty(recent.After(10).Ops!);
        Assert.Null(recent.After(5).Ops);
        Assert.Null(recent.After(11).Ops);
    }

    private static ClientOp Op(string client, long seq, BoardOp op) => new(new(client), seq, op);

    private static string Text(BoardState state) => BoardSnapshot.From(state).Write();

    private static BoardHost HostOf(TestDatabase database) => database.Services.GetRequiredService<BoardHost>();

    private static Task<string> AddBoardAsync(TestDatabase database) => BoardSite.AddBoardAsync(database.Services);

    // As another process would have one: on the same database, with nothing else in common.
    private static BoardHost NewHost(TestDatabase database) => new(
        new(database.Contexts, database.Writes, database.Time), new(), new(), database.Services.GetRequiredService<IOptions<BoardsOptions>>(), database.Time, database.Services.GetRequiredService<ILogger<BoardHost>>());

    private static async Task<List<SequencedOp>> LogAsync(TestDatabase database, string board)
    {
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        return (await db.Set<BoardOpRow>().AsNoTracking().Where(row => row.BoardId == board).OrderBy(static row => row.Seq).ToListAsync(Token)).ConvertAll(static row => row.Read());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_board_whose_log_is_full_says_so_and_still_knows_what_it_has(DatabaseKind kind)
    {
        await using var database = await CreateAsync(kind, ("Boards:LogBytesPerBoard", "65536"));
        var board = await AddBoardAsync(database);
        var text = new string('x', 4_000);
        OpOutcome outcome;
        var taken = 0;
        do
        {
            outcome = Assert.Single((await HostOf(database).SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", taken + 1, Note($"n{taken}", text: text))], Token)).Outcomes);
        }
        while (outcome.Kind == OutcomeKind.Accepted && ++taken < 100);
        Assert.InRange(taken, 2, 17);
        Assert.Equal(RefusalCodes.BoardFull, outcome.Refusal?.Code);

        // Also for a host that was started since, and a retry is no new op.
        await using var next = NewHost(database);
        var again = await next.SubmitAsync(board, s_ann, BoardRole.Editor, [Op("a", taken, Note("n")), Op("a", taken + 1, Note("m"))], Token);
        Assert.Equal([OutcomeKind.Duplicate, OutcomeKind.Refused], again.Outcomes.Select(static outcome => outcome.Kind));
    }

    private static async Task PoisonAsync(TestDatabase database, DatabaseKind kind)
    {
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        if (kind == DatabaseKind.Sqlite)
        {
            await db.Database.ExecuteSqlRawAsync("""CREATE TRIGGER poison BEFORE INSERT ON "BoardOps" WHEN NEW."Client" = 'poison' BEGIN SELECT RAISE(ABORT, 'no'); END""", Token);
            return;
        }

        await db.Database.ExecuteSqlRawAsync(
            """
            CREATE FUNCTION poison() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER poison BEFORE INSERT ON "BoardOps" FOR EACH ROW WHEN (NEW."Client" = 'poison') EXECUTE FUNCTION poison();
            """,
            Token);
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
