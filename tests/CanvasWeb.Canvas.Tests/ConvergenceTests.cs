using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class ConvergenceTests
{
    public static TheoryData<int> SeedData => [.. Seeds.Few];

    [Theory]
    [MemberData(nameof(SeedData))]
    public void Replicas_agree_when_quiet_whatever_the_line_did(int seed)
    {
        var random = Seeds.Start(seed);
        var network = new SimulatedNetwork(random, clients: random.Next(3, 9));
        for (var step = 0; step < 1_500; step++)
        {
            network.Step();
            if (step % 100 == 0)
            {
                foreach (var replica in network.Replicas)
                    AssertNobodyIsLost(replica.View);
            }
        }

        network.Quiet();

        // 1. All replicas are equal, and show nothing that is not in the log.
        var expected = Shared(network.Server);
        foreach (var replica in network.Replicas)
        {
            Assert.Equal(expected, Shared(replica.Confirmed));
            Assert.Equal(expected, Shared(replica.View));
            Assert.False(replica.IsBehind);
        }

        // 2. The log without gaps or doubles, each op once; its replay is the snapshot.
        Assert.Equal(Enumerable.Range(1, network.Log.Count).Select(static seq => (long)seq), network.Log.Select(static row => row.Seq));
        var stamps = network.Log.Select(static row => new Stamp(row.Client, row.ClientSeq)).ToList();
        Assert.Equal(stamps.Count, stamps.Distinct().Count());
        Assert.Equal(BoardSnapshot.From(network.Server).Write(), BoardSnapshot.From(BoardReducer.Replay(BoardState.Empty, network.Log)).Write());

        // 3. What was acknowledged is there, although the server was killed now and then.
        Assert.Empty(network.Acknowledged.Except(stamps));

        // 4. Every op of the log meant something where it stands: nothing was taken that does nothing.
        var state = BoardState.Empty;
        foreach (var row in network.Log)
        {
            Assert.Null(OpRules.Check(state, new(row.Client, row.ClientSeq), row.Op));
            state = BoardReducer.Apply(state, row);
        }

        // 5. Nobody is left without a parent.
        AssertNobodyIsLost(network.Server);

        // 6. The run was one: things happened, and the line was bad.
        Assert.True(network.Log.Count > 100 && network.Kills > 0 && network.Undos > 0, $"log {network.Log.Count}, kills {network.Kills}, undos {network.Undos}");
        TestContext.Current.TestOutputHelper?.WriteLine($"log {network.Log.Count}, kills {network.Kills}, duplicates {network.Duplicates}, undos {network.Undos}, snapshots {network.Snapshots}");
    }

    [Theory]
    [MemberData(nameof(SeedData))]
    public void Sending_the_whole_log_again_changes_nothing(int seed)
    {
        var network = new SimulatedNetwork(Seeds.Start(seed), clients: 3);
        for (var step = 0; step < 300; step++)
            network.Step();
        network.Quiet();
        var before = BoardSnapshot.From(network.Server).Write();
        foreach (var row in network.Log.ToList())
        {
            var outcome = Assert.Single(network.SubmitRaw([new(row.Client, row.ClientSeq, row.Op)], row.Actor, BoardRole.Editor).Outcomes);
            Assert.Equal(OutcomeKind.Duplicate, outcome.Kind);
        }

        Assert.Equal(before, BoardSnapshot.From(network.Server).Write());
        foreach (var replica in network.Replicas)
        {
            replica.Receive(network.Log);
            Assert.Equal(Shared(network.Server), Shared(replica.View));
        }
    }

    [Theory]
    [MemberData(nameof(SeedData))]
    public void A_viewer_changes_nothing_whatever_they_send(int seed)
    {
        var random = Seeds.Start(seed);
        var network = new SimulatedNetwork(random, clients: 3);
        var viewer = new RandomOps(random, new("viewer"));
        for (var step = 0; step < 400; step++)
        {
            network.Step();
            var outcome = Assert.Single(network.SubmitRaw([new(new("viewer"), step + 1, viewer.Next(network.Server))], new("eve"), BoardRole.Viewer).Outcomes);
            Assert.Equal(RefusalCodes.NotAllowed, outcome.Refusal?.Code);
        }

        Assert.DoesNotContain(network.Log, static row => row.Client.Value == "viewer");
        Assert.NotEmpty(network.Log);
    }

    [Fact]
    public void Nobody_speaks_for_another_persons_client()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"), Ann);
        Assert.Equal(RefusalCodes.ClientTaken, board.Try("a", Note("m"), Bob)?.Code);
    }

    [Fact]
    public void A_plan_changes_nothing_until_it_is_committed()
    {
        var writer = new BoardWriter(BoardState.Empty, BoardLimits.Default);
        var plan = writer.Plan([new(new("a"), 1, Note("n"))], Ann, BoardRole.Editor);
        Assert.Equal(0, writer.State.Seq);
        var other = writer.Plan([new(new("b"), 1, Note("m"))], Bob, BoardRole.Editor);
        writer.Commit(plan);
        Assert.Equal(1, writer.State.Seq);
        Assert.Throws<InvalidOperationException>(() => writer.Commit(other));
    }

    [Fact]
    public void A_batch_has_a_limit()
    {
        var writer = new BoardWriter(BoardState.Empty, BoardLimits.Default with { MaxBatch = 2 });
        var plan = writer.Plan([.. Enumerable.Range(1, 3).Select(static i => new ClientOp(new("a"), i, Note($"n{i}")))], Ann, BoardRole.Editor);
        Assert.Equal(2, plan.Accepted.Length);
        Assert.Equal(RefusalCodes.TooLarge, plan.Result.Outcomes[2].Refusal?.Code);
    }

    [Fact]
    public void An_own_op_shows_at_once_and_stays_while_others_arrive_before_it()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);
        a.Do(Note("n", text: "mine"));
        Assert.True(a.View.IsLive(new("n")));
        Assert.False(a.Confirmed.IsLive(new("n")));
        a.Receive(new SequencedOp(1, Bob, new("b"), 1, Note("m")));
        Assert.True(a.View.IsLive(new("n")) && a.View.IsLive(new("m")));
        a.Receive(new SequencedOp(2, Ann, new("a"), 1, Note("n", text: "mine")));
        Assert.Equal(0, a.PendingCount);
        Assert.True(a.Confirmed.IsLive(new("n")));
    }

    [Fact]
    public void Only_one_batch_is_on_its_way()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);
        a.Do(Note("n"));
        Assert.Single(a.TakeBatch());
        a.Do(Note("m"));
        Assert.Empty(a.TakeBatch());
        a.Receive(new SequencedOp(1, Ann, new("a"), 1, Note("n")));
        Assert.Equal(2, Assert.Single(a.TakeBatch()).ClientSeq);
        Assert.Equal(1, a.Reconnect());
        Assert.Single(a.TakeBatch());
    }

    [Fact]
    public void Ops_that_come_early_wait_for_the_missing_ones()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Viewer, BoardState.Empty, BoardLimits.Default);
        a.Receive(new SequencedOp(2, Bob, new("b"), 2, Note("m")));
        Assert.True(a.IsBehind);
        Assert.Empty(a.View.Layers());
        a.Receive(new SequencedOp(1, Bob, new("b"), 1, Note("n")));
        Assert.False(a.IsBehind);
        Assert.Equal(2, a.View.Layers().Count);
    }

    [Fact]
    public void A_lost_refusal_is_told_by_the_log()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);
        a.Do(Note("taken"));
        a.Do(Note("free"));
        a.TakeBatch();

        // The server has refused the first, taken the second, and the answer got lost.
        a.Receive(new SequencedOp(1, Bob, new("b"), 1, Frame("taken")));
        a.Receive(new SequencedOp(2, Ann, new("a"), 2, Note("free")));
        Assert.Equal(0, a.PendingCount);
        Assert.Null(Assert.Single(a.TakeRefused()).Reason);
        Assert.IsType<FrameNode>(a.View.Nodes[new("taken")]);
    }

    [Fact]
    public void What_is_refused_here_is_not_even_shown()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Viewer, BoardState.Empty, BoardLimits.Default);
        Assert.Equal(RefusalCodes.NotAllowed, a.Do(Note("n"))?.Code);
        Assert.Equal(0, a.PendingCount);
        Assert.Empty(a.View.Nodes);
    }

    [Fact]
    public void Of_several_ops_done_at_once_all_are_taken_or_none()
    {
        var a = new ReplicaClient(new("a"), Ann, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);
        Assert.Equal(RefusalCodes.NodeExists, a.Do(Note("n"), Note("m"), Note("n"))?.Code);
        Assert.Empty(a.View.Nodes);
        Assert.Null(a.Do(Group("g"), Note("n", At(0, 0, parent: "g"))));
        Assert.Equal(2, a.View.Layers().Count);
    }
}
