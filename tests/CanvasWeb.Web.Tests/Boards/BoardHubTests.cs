using System.Net;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Tests.Infrastructure;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Boards;

public sealed class BoardHubTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task What_one_does_the_other_sees(DatabaseKind kind)
    {
        await using var site = await StartAsync(kind);
        var board = await site.AddBoardAsync();
        var (ann, joined) = await site.JoinAsync(BoardSite.Ann, board, "a");
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "b");
        await using (ann)
        await using (bob)
        {
            Assert.Equal((BoardRole.Owner, BoardSite.Ann, "Winter fair", 0L), (joined.Role, joined.Actor.Value, joined.Name, joined.Seq));
            Assert.Equal(0, joined.Snapshot?.Seq);
            var result = await SubmitAsync(ann, Op("a", 1, Note("n")), Op("a", 2, Frame("f")));
            Assert.Equal([1L, 2L], result.Outcomes.Select(static outcome => outcome.Seq ?? 0));
            var ops = (await bob.NextAsync("opsApplied")).Read<IReadOnlyList<SequencedOp>>();
            Assert.Equal([(1L, BoardSite.Ann), (2L, BoardSite.Ann)], ops.Select(static op => (op.Seq, op.Actor.Value)));
            Assert.Equal(2, (await ann.NextAsync("opsApplied")).Read<IReadOnlyList<SequencedOp>>()[^1].Seq);
        }
    }

    [Fact]
    public async Task Who_comes_back_gets_what_they_missed()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite, ("Boards:RecentOps", "4"));
        var board = await site.AddBoardAsync();
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        await using (ann)
        {
            for (var i = 1; i <= 6; i++)
                await SubmitAsync(ann, Op("a", i, Note($"n{i}")));
            var (near, fromNear) = await site.JoinAsync(BoardSite.Bob, board, "b", haveSeq: 3);
            await near.DisposeAsync();
            Assert.Equal([4L, 5L, 6L], fromNear.Ops!.Select(static op => op.Seq));
            Assert.Null(fromNear.Snapshot);
            var (far, fromFar) = await site.JoinAsync(BoardSite.Bob, board, "c", haveSeq: 1);
            await far.DisposeAsync();
            Assert.Null(fromFar.Ops);
            Assert.Equal(6, fromFar.Snapshot!.Seq);
            Assert.Empty(fromFar.Snapshot.Clients);
            var (same, fromSame) = await site.JoinAsync(BoardSite.Ann, board, "a");
            await same.DisposeAsync();
            Assert.Equal(6, Assert.Single(fromSame.Snapshot!.Clients).LastClientSeq);
        }
    }

    [Fact]
    public async Task A_duplicated_board_is_sent_whole_to_who_has_nothing()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var (board, copy) = (await site.AddBoardAsync(), "copy");
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        await using (ann)
        {
            await SubmitAsync(ann, Op("a", 1, Note("n")));
            await site.Shelf.DuplicateAsync(BoardSite.Ann, board, copy, "Copy", Token);
            var replica = new ReplicaClient(new("b"), new(BoardSite.Ann), BoardRole.Owner, BoardState.Empty, BoardLimits.Default);
            replica.Receive((await ann.InvokeAsync<JoinResult>("Join", new JoinRequest(copy, new("b")))).Snapshot!);
            Assert.True(replica.View.IsLive(new("n")));
        }
    }

    // Who may do what: the row is somebody on one of Ann's boards, the columns are what they get. "not_found" is also what a board that
    // never was answers.
    [Theory]
    [InlineData(BoardSite.Ann, "joined", "accepted")]
    [InlineData(BoardSite.Bob, "joined", "accepted")]
    [InlineData(BoardSite.Vic, "joined", "refused")]
    [InlineData(BoardSite.Eve, "not_found", "not_joined")]
    public async Task Each_role_may_what_it_may(string userId, string join, string submit)
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var board = await site.AddBoardAsync();
        await using var line = await site.ConnectAsync(userId);
        Assert.Equal(join, await TryAsync(line, "Join", new JoinRequest(board, new("c"))));
        Assert.Equal(submit, await TrySubmitAsync(line, Op("c", 1, Note("n"))));
        Assert.Equal(submit == "accepted" ? 1 : 0, (await site.Host.StateAsync(board, Token)).Seq);
        foreach (var (method, arguments) in OtherMethods())
        {
            if (join == "not_found")
                Assert.Equal("not_joined", await TryAsync(line, method, arguments));
        }

        Assert.Equal("not_found", await TryAsync(line, "Join", new JoinRequest("no-such-board", new("c"))));
        Assert.Equal("not_joined", await TrySubmitAsync(line, Op("c", 2, Note("m"))));
    }

    [Fact]
    public async Task Nobody_without_a_sign_in_reaches_the_hub()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var refused = await Assert.ThrowsAsync<HubRefusedException>(() => site.ConnectAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    [Fact]
    public async Task A_page_of_another_site_does_not_reach_the_hub()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var refused = await Assert.ThrowsAsync<HubRefusedException>(() => site.ConnectAsync(BoardSite.Ann, "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        await (await site.ConnectAsync(BoardSite.Ann, site.Address.GetLeftPart(UriPartial.Authority))).DisposeAsync();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Who_is_let_off_a_board_can_do_nothing_by_the_line_from_before(DatabaseKind kind)
    {
        await using var site = await StartAsync(kind);
        var board = await site.AddBoardAsync();
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "b");
        await using (bob)
        {
            await using (var db = await site.Contexts.CreateDbContextAsync(Token))
            {
                db.Remove(new BoardMember(board, BoardSite.Bob, BoardRole.Editor, default));
                await db.SaveChangesAsync(Token);
            }

            Assert.Equal("not_found", await TrySubmitAsync(bob, Op("b", 1, Note("n"))));
            Assert.Equal("not_found", await TryAsync(bob, "Join", new JoinRequest(board, new("b"))));
        }

        Assert.Equal(0, (await site.Host.StateAsync(board, Token)).Seq);
    }

    [Fact]
    public async Task A_deleted_board_cuts_whoever_has_it_open()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var board = await site.AddBoardAsync();
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "b");
        await using (bob)
        {
            await site.Shelf.DeleteAsync(BoardSite.Ann, board, Token);
            await bob.GoneAsync();
        }

        // Nor does anything else open it again.
        await Assert.ThrowsAsync<BoardUnavailableException>(() => site.Host.StateAsync(board, Token));
        await using var again = await site.ConnectAsync(BoardSite.Bob);
        Assert.Equal("not_found", await TryAsync(again, "Join", new JoinRequest(board, new("b"))));
    }

    [Fact]
    public async Task An_op_that_cannot_be_read_is_refused_alone()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var (line, _) = await site.JoinAsync(BoardSite.Ann, await site.AddBoardAsync(), "a");
        await using (line)
        {
            var huge = new string('x', BoardLimits.Default.MaxOpBytes);
            var result = await line.InvokeAsync<SubmitResult>("SubmitOps", (object)new object[]
            {
                Json(Op("a", 1, Note("n"))),
                new { client = "a", clientSeq = 2, op = new { type = "no.such", v = 1 } },
                new { client = "a", clientSeq = 3, op = new { type = "note.add", v = 1, surprise = true } },
                "nonsense",
                Json(Op("other", 4, Note("stolen"))),
                new { client = "a", clientSeq = 5, op = new { type = "note.add", v = 1, text = huge } },
                Json(Op("a", 6, Note("m"))),
            });
            Assert.Equal([null, RefusalCodes.UnknownType, RefusalCodes.Malformed, RefusalCodes.Malformed, RefusalCodes.ClientTaken, RefusalCodes.TooLarge, null], result.Outcomes.Select(static outcome => outcome.Refusal?.Code));
            Assert.Equal([1L, 2, 3, 0, 4, 5, 6], result.Outcomes.Select(static outcome => outcome.ClientSeq));
        }
    }

    [Fact]
    public async Task A_message_past_the_limit_ends_the_line_and_nothing_else()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite, ("Boards:MessageBytes", "65536"));
        var board = await site.AddBoardAsync();
        var (line, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        await using (line)
            await Assert.ThrowsAsync<HubGoneException>(() => line.InvokeAsync("SubmitOps", (object)new[] { new string('x', 70_000) }));
        var (next, _) = await site.JoinAsync(BoardSite.Ann, board, "b");
        await using (next)
            Assert.Equal("accepted", await TrySubmitAsync(next, Op("b", 1, Note("n"))));
    }

    [Fact]
    public async Task People_see_who_is_here_and_where_they_point()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite);
        var board = await site.AddBoardAsync();
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        await using (ann)
        {
            var (vic, joined) = await site.JoinAsync(BoardSite.Vic, board, "v");
            Assert.Equal(["a", "v"], joined.People.Select(static person => person.Client.Value).Order(StringComparer.Ordinal));
            await vic.InvokeAsync("SetPresence", new Presence(new WorldPoint(3, 4), [new("n")], new WorldRect(0, 0, 100, 50), "hand"));
            var moved = await ann.NextAsync("presenceChanged", static call => Find(call, "v")?.Presence is not null);
            var seen = Find(moved, "v")!;
            Assert.Equal(("vic", BoardSite.Vic, BoardRole.Viewer, new WorldPoint(3, 4), "hand"), (seen.Name, seen.Actor.Value, seen.Role, seen.Presence!.Cursor, seen.Presence.Tool));

            // What no page of ours sends goes nowhere: the next good one is the next that is seen.
            await vic.InvokeAsync("SetPresence", new Presence(Tool: new string('x', 500)));
            await vic.InvokeAsync("SetPresence", new Presence(Tool: "note"));
            Assert.Equal("note", Find(await ann.NextAsync("presenceChanged", static call => Find(call, "v")?.Presence?.Tool != "hand"), "v")!.Presence!.Tool);
            await vic.DisposeAsync();
            Assert.Null(Find(await ann.NextAsync("presenceChanged", static call => Find(call, "v") is null), "v"));
        }

        static BoardPerson? Find(HubCall call, string client) => call.Read<IReadOnlyList<BoardPerson>>().FirstOrDefault(person => person.Client.Value == client);
    }

    [Fact]
    public async Task Who_never_reads_holds_up_nobody_and_catches_up_when_they_read_again()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite, ("Boards:RecentOps", "50"), ("Boards:OpsPerSecond", "100000"), ("Boards:StalledSeconds", "600"));
        var board = await site.AddBoardAsync();
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        var (bob, _) = await site.JoinAsync(BoardSite.Bob, board, "b");
        var (vic, _) = await site.JoinAsync(BoardSite.Vic, board, "v");
        await using (ann)
        await using (bob)
        await using (vic)
        {
            // 60 batches of 40 notes with 4,000 letters, 10 MB in all: far more than sockets and SignalR buffer for Bob.
            bob.StopReading();
            const int batches = 60, size = 40;
            var text = new string('x', BoardLimits.Default.MaxNoteLength);
            for (var batch = 0; batch < batches; batch++)
            {
                var result = await SubmitAsync(ann, [.. Enumerable.Range((batch * size) + 1, size).Select(i => Op("a", i, Note($"n{i}", text: text)))]);
                Assert.All(result.Outcomes, static outcome => Assert.Equal(OutcomeKind.Accepted, outcome.Kind));
            }

            await vic.NextAsync("opsApplied", static call => call.Read<IReadOnlyList<SequencedOp>>()[^1].Seq == batches * size);

            bob.GoOnReading();
            await bob.NextAsync("resync");
            var joined = await bob.InvokeAsync<JoinResult>("Join", new JoinRequest(board, new("b"), HaveSeq: 1));
            Assert.Equal(batches * size, joined.Snapshot!.Seq);
            await SubmitAsync(ann, Op("a", (batches * size) + 1, Note("last")));
            var after = await bob.NextAsync("opsApplied", static call => call.Read<IReadOnlyList<SequencedOp>>()[^1].Seq > batches * size);
            Assert.Equal((batches * size) + 1, Assert.Single(after.Read<IReadOnlyList<SequencedOp>>()).Seq);
        }
    }

    [Fact]
    public async Task A_board_has_as_many_lines_as_it_may_and_no_more()
    {
        await using var site = await StartAsync(DatabaseKind.Sqlite, ("Boards:ViewersPerBoard", "1"));
        var board = await site.AddBoardAsync();
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "a");
        await using var bob = await site.ConnectAsync(BoardSite.Bob);
        Assert.Equal("too_many_people", await TryAsync(bob, "Join", new JoinRequest(board, new("b"))));
        await ann.InvokeAsync("Leave");
        Assert.Equal("joined", await TryAsync(bob, "Join", new JoinRequest(board, new("b"))));
        await ann.DisposeAsync();
    }

    [Fact]
    public void A_budget_lets_a_burst_through_and_then_so_much_a_second()
    {
        var time = new ManualTime();
        var budget = new CallBudget(perSecond: 10, burst: 20, time);
        Assert.Equal(TimeSpan.Zero, budget.Take(20));
        Assert.Equal(TimeSpan.FromSeconds(0.5), budget.Take(5));
        Assert.False(budget.TryTake(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TryTake(5));
        Assert.False(budget.TryTake(1));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, budget.Take(20));
    }

    private static IEnumerable<(string Method, object?[] Arguments)> OtherMethods()
    {
        yield return ("PlanFrame", [new { frame = new WorldRect(0, 0, 512, 512) }]);
        yield return ("Generate", [new { frameId = "f", settings = new FrameSettings("a fox"), requestId = "r" }]);
        yield return ("CancelJob", ["job"]);
    }

    private static ClientOp Op(string client, long seq, BoardOp op) => new(new(client), seq, op);

    private static JsonElement Json(ClientOp op) => JsonSerializer.SerializeToElement(op, CanvasJson.Options);

    private static Task<SubmitResult> SubmitAsync(HubLine line, params ClientOp[] ops) => line.InvokeAsync<SubmitResult>("SubmitOps", ops.Select(Json).ToList());

    private static async Task<string> TrySubmitAsync(HubLine line, ClientOp op)
    {
        try
        {
            return Assert.Single((await SubmitAsync(line, op)).Outcomes).Kind == OutcomeKind.Accepted ? "accepted" : "refused";
        }
        catch (HubErrorException error)
        {
            return Code(error);
        }
    }

    private static async Task<string> TryAsync(HubLine line, string method, params object?[] arguments)
    {
        try
        {
            await line.InvokeAsync(method, arguments);
            return "joined";
        }
        catch (HubErrorException error)
        {
            return Code(error);
        }
    }

    // SignalR puts words of its own before the code.
    private static string Code(HubErrorException error) => error.Message.Split(' ')[^1] switch { "board_not_found" => "not_found", var code => code };

    private Task<BoardSite> StartAsync(DatabaseKind kind, params (string Key, string Value)[] settings) => BoardSite.StartAsync(kind, server, settings);
}
