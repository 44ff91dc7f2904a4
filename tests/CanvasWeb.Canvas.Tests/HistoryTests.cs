using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class HistoryTests
{
    [Fact]
    public void Undo_writes_back_what_was_there_and_redo_what_was_undone()
    {
        var pair = new Pair();
        Assert.Null(pair.A.Do(Note("n", text: "one")));
        Assert.Null(pair.A.Do(new NodeSet(new("n"), Text: "two")));
        pair.Sync();
        Assert.True(pair.A.Undo());
        pair.Sync();
        Assert.Equal("one", pair.Text("n"));
        Assert.True(pair.A.Redo());
        pair.Sync();
        Assert.Equal("two", pair.Text("n"));
        Assert.False(pair.A.Redo());
    }

    [Fact]
    public void Undo_of_an_add_deletes_and_undo_of_a_delete_restores()
    {
        var pair = new Pair();
        pair.A.Do(Note("n"));
        pair.A.Do(new NodeDelete(new("n")));
        pair.Sync();
        pair.A.Undo();
        pair.Sync();
        Assert.True(pair.Server.IsLive(new("n")));
        pair.A.Undo();
        pair.Sync();
        Assert.False(pair.Server.IsLive(new("n")));
        Assert.False(pair.A.Undo());
    }

    [Fact]
    public void A_gesture_is_one_step()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", At(0, 0)));
        pair.A.BeginGesture();
        for (var i = 1; i <= 60; i++)
            pair.A.Do(new NodeSet(new("n"), Transform: At(i, i)));
        pair.A.EndGesture();
        var before = pair.A.PendingCount;
        pair.A.Undo();
        Assert.Equal(At(0, 0), pair.A.View.Nodes[new("n")].Transform.Value);
        Assert.Equal(before + 1, pair.A.PendingCount);
        pair.A.Redo();
        Assert.Equal(At(60, 60), pair.A.View.Nodes[new("n")].Transform.Value);
    }

    [Fact]
    public void Undo_skips_what_somebody_else_has_written_since()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", At(0, 0), text: "start"));
        pair.A.Do(new NodeSet(new("n"), Transform: At(5, 5), Text: "by a"));
        pair.Sync();
        pair.B.Do(new NodeSet(new("n"), Text: "by b"));
        pair.Sync();
        pair.A.Undo();
        pair.Sync();
        Assert.Equal("by b", pair.Text("n"));
        Assert.Equal(At(0, 0), pair.Server.Nodes[new("n")].Transform.Value);
    }

    [Fact]
    public void Undo_goes_on_to_the_step_before_when_nothing_of_a_step_is_left()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", text: "start"));
        pair.A.Do(Note("m", text: "start"));
        pair.A.Do(new NodeSet(new("m"), Text: "mine"));
        pair.A.Do(new NodeSet(new("n"), Text: "mine"));
        pair.Sync();
        pair.B.Do(new NodeSet(new("n"), Text: "by b"));
        pair.Sync();
        Assert.True(pair.A.Undo());
        pair.Sync();
        Assert.Equal("by b", pair.Text("n"));
        Assert.Equal("start", pair.Text("m"));
    }

    [Fact]
    public void Undo_goes_back_past_ones_own_undo_but_not_past_another_person()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", text: "0"));
        pair.A.Do(new NodeSet(new("n"), Text: "1"));
        pair.Sync();
        pair.B.Do(new NodeSet(new("n"), Text: "b"));
        pair.Sync();
        pair.A.Do(new NodeSet(new("n"), Text: "2"));
        pair.A.Do(new NodeSet(new("n"), Text: "3"));
        pair.Sync();
        pair.A.Undo();
        Assert.Equal("2", ((NoteNode)pair.A.View.Nodes[new("n")]).Text.Value);
        pair.A.Undo();
        Assert.Equal("b", ((NoteNode)pair.A.View.Nodes[new("n")]).Text.Value);

        // The write of "1" lies before b's: undoing it would take b's words away. What is left is the add.
        pair.A.Undo();
        pair.Sync();
        Assert.False(pair.Server.IsLive(new("n")));
        for (var i = 0; i < 3; i++)
            Assert.True(pair.A.Redo());
        pair.Sync();
        Assert.Equal("3", pair.Text("n"));
    }

    [Fact]
    public void Undo_returns_to_what_the_server_ordered_before_and_not_to_what_was_seen_then()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", text: "start"));
        pair.Sync();

        // Both write without having seen the other; b's op reaches the server first.
        pair.B.Do(new NodeSet(new("n"), Text: "by b"));
        pair.A.Do(new NodeSet(new("n"), Text: "by a"));
        pair.Send(pair.B);
        pair.Sync();
        Assert.Equal("by a", pair.Text("n"));
        pair.A.Undo();
        pair.Sync();
        Assert.Equal("by b", pair.Text("n"));
    }

    [Fact]
    public void Redo_is_forgotten_with_the_next_own_op_and_only_then()
    {
        var pair = new Pair();
        pair.A.Do(Note("n", text: "one"));
        pair.A.Do(new NodeSet(new("n"), Text: "two"));
        pair.A.Undo();
        pair.Sync();
        pair.B.Do(Note("elsewhere"));
        pair.Sync();
        Assert.True(pair.A.CanRedo);
        pair.A.Do(Note("m"));
        Assert.False(pair.A.CanRedo);
    }

    [Fact]
    public void A_refused_op_leaves_no_step()
    {
        var pair = new Pair();
        pair.B.Do(Note("n"));
        pair.Sync();
        pair.A.Do(new NodeSet(new("n"), Text: "late"));
        pair.B.Do(new NodeDelete(new("n")));
        pair.Send(pair.B);
        pair.Sync();
        Assert.Equal(RefusalCodes.NodeGone, Assert.Single(pair.A.TakeRefused()).Reason?.Code);
        Assert.False(pair.A.CanUndo);
    }

    [Fact]
    public void Undoing_a_group_never_takes_other_peoples_things_along()
    {
        var pair = new Pair();
        pair.B.Do(Note("bobs"));
        pair.A.Do(Group("g"));
        pair.Sync();
        pair.B.Do(new NodeSet(new("bobs"), Transform: At(1, 1, parent: "g")));
        pair.Sync();
        Assert.False(pair.A.Undo());
        Assert.True(pair.A.View.IsLive(new("bobs")));
    }

    [Fact]
    public void Grouping_is_undone_and_redone_in_one_step()
    {
        var pair = new Pair();
        pair.B.Do(Note("n", At(50, 50)), Note("m", At(90, 90)));
        pair.Sync();
        var before = Visible(pair.A.View);
        pair.A.Do(Group("g"), new NodeSet(new("n"), Transform: At(1, 1, parent: "g")), new NodeSet(new("m"), Transform: At(2, 2, parent: "g")));
        var grouped = Visible(pair.A.View);
        pair.A.Undo();
        Assert.Equal(before, Visible(pair.A.View));
        pair.A.Redo();
        Assert.Equal(grouped, Visible(pair.A.View));
        pair.Sync();
        Assert.Equal(grouped, Visible(pair.Server));
    }

    [Fact]
    public void A_gesture_that_deletes_and_restores_does_not_bar_the_way_to_the_add()
    {
        var pair = new Pair();
        pair.A.Do(Note("n"));
        pair.A.BeginGesture();
        pair.A.Do(new NodeDelete(new("n")));
        pair.A.Do(new NodeRestore(new("n")));
        pair.A.EndGesture();
        Assert.True(pair.A.Undo());
        Assert.False(pair.A.View.IsLive(new("n")));
    }

    [Fact]
    public void A_stroke_is_undone_under_what_others_painted_since()
    {
        var pair = new Pair();
        pair.A.Do(Tile("t"));
        pair.A.Do(new MaskPaint(new("t"), Brush(5, 0, 1, 1)));
        pair.Sync();
        pair.B.Do(new MaskPaint(new("t"), Brush(5, 0, 50, 50)));
        pair.Sync();
        pair.A.Undo();
        pair.Sync();
        var left = Assert.Single(((TileNode)pair.Server.Nodes[new("t")]).Mask, static entry => !entry.Withdrawn.Value);
        Assert.Equal("b", left.Id.Client.Value);
    }

    [Fact]
    public void Undoing_everything_of_one_client_alone_returns_to_the_start()
    {
        foreach (var seed in Seeds.Few)
        {
            var random = Seeds.Start(seed);
            var pair = new Pair();
            var others = new RandomOps(random, pair.B.Client);
            for (var i = 0; i < 40; i++)
                pair.B.Do(others.Next(pair.B.View));
            pair.Sync();
            var start = Visible(pair.Server);
            var own = new RandomOps(random, pair.A.Client) { Wild = false };
            for (var i = 0; i < 150; i++)
            {
                if (random.Next(10) == 0)
                    pair.A.BeginGesture();
                pair.A.Do(own.Next(pair.A.View));
                if (random.Next(4) == 0)
                    pair.A.EndGesture();
                if (random.Next(12) == 0)
                    pair.A.Undo();
                if (random.Next(20) == 0)
                    pair.A.Redo();
                if (random.Next(6) == 0)
                    pair.Sync();
            }

            var end = Visible(pair.A.View);
            var steps = 0;
            while (pair.A.Undo())
                steps++;
            pair.Sync();
            Assert.Equal(start, Visible(pair.Server));
            for (var i = 0; i < steps; i++)
                Assert.True(pair.A.Redo());
            pair.Sync();
            Assert.Equal(end, Visible(pair.Server));
            while (pair.A.Undo())
                steps--;
            pair.Sync();
            Assert.Equal(start, Visible(pair.Server));
            Assert.Equal(0, steps);
        }
    }

    /// <summary>Two clients and a writer over a perfect line.</summary>
    private sealed class Pair
    {
        private readonly BoardWriter _writer = new(BoardState.Empty, BoardLimits.Default);
        private readonly List<SequencedOp> _log = [];

        public ReplicaClient A { get; } = new(new("a"), Ann, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);

        public ReplicaClient B { get; } = new(new("b"), Bob, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);

        public BoardState Server => _writer.State;

        public string Text(string id) => ((NoteNode)Server.Nodes[new(id)]).Text.Value;

        public void Send(ReplicaClient client)
        {
            for (var batch = client.TakeBatch(); batch.Count > 0; batch = client.TakeBatch())
            {
                var plan = _writer.Plan(batch, client.Actor, client.Role);
                _writer.Commit(plan);
                _log.AddRange(plan.Accepted);
                client.Receive(plan.Result);
                client.Receive(_log.Skip((int)client.Confirmed.Seq).ToList());
            }
        }

        public void Sync()
        {
            Send(A);
            Send(B);
            A.Receive(_log.Skip((int)A.Confirmed.Seq).ToList());
            B.Receive(_log.Skip((int)B.Confirmed.Seq).ToList());
            Assert.Equal(Shared(Server), Shared(A.View));
            Assert.Equal(Shared(Server), Shared(B.View));
        }
    }
}
