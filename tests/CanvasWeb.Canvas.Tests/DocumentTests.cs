using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Masks;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class DocumentTests
{
    [Fact]
    public void Two_people_who_change_different_properties_both_keep_their_change()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        board.Do("a", new NodeSet(new("n"), Text: "by a"));
        board.Do("b", new NodeSet(new("n"), Transform: At(7, 8)));
        var note = (NoteNode)board.State.Nodes[new("n")];
        Assert.Equal("by a", note.Text.Value);
        Assert.Equal(At(7, 8), note.Transform.Value);
        Assert.Equal(new Stamp(new("a"), 2), note.Text.By);
        Assert.Equal(new Stamp(new("b"), 1), note.Transform.By);
    }

    [Fact]
    public void The_last_writer_of_one_property_wins()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        board.Do("a", new NodeSet(new("n"), Text: "first"));
        board.Do("b", new NodeSet(new("n"), Text: "second"));
        Assert.Equal("second", ((NoteNode)board.State.Nodes[new("n")]).Text.Value);
    }

    [Fact]
    public void Delete_wins_over_later_writes()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        board.Do("b", new NodeDelete(new("n")));
        Assert.Equal(RefusalCodes.NodeGone, board.Try("a", new NodeSet(new("n"), Text: "late"))?.Code);
        Assert.Equal(RefusalCodes.NodeGone, board.Try("a", new NodeDelete(new("n")))?.Code);
        Assert.Empty(board.State.Layers());
    }

    [Fact]
    public void A_restored_node_is_as_it_was()
    {
        var board = new TestBoard();
        board.Do("a", Note("n", text: "keep"));
        var before = Visible(board.State);
        board.Do("b", new NodeDelete(new("n")));
        board.Do("b", new NodeRestore(new("n")));
        Assert.Equal(before, Visible(board.State));
        Assert.Equal(RefusalCodes.NodeAlive, board.Try("a", new NodeRestore(new("n")))?.Code);
    }

    [Fact]
    public void An_id_is_never_used_twice()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        Assert.Equal(RefusalCodes.NodeExists, board.Try("b", Frame("n"))?.Code);
        board.Do("a", new NodeDelete(new("n")));
        Assert.Equal(RefusalCodes.NodeExists, board.Try("b", Frame("n"))?.Code);
    }

    [Fact]
    public void Deleting_a_group_hides_its_members_and_restoring_brings_them_back()
    {
        var board = new TestBoard();
        board.Do("a", Group("g"));
        board.Do("a", Note("n", At(1, 2, parent: "g")));
        board.Do("b", new NodeDelete(new("g")));
        Assert.False(board.State.IsLive(new("n")));
        Assert.Equal(RefusalCodes.NodeGone, board.Try("a", new NodeSet(new("n"), Text: "late"))?.Code);
        Assert.Equal(RefusalCodes.ParentGone, board.Try("a", Note("m", At(1, 2, parent: "g")))?.Code);
        board.Do("b", new NodeRestore(new("g")));
        Assert.True(board.State.IsLive(new("n")));
    }

    [Fact]
    public void What_is_restored_into_a_deleted_group_is_lifted_to_where_it_was_seen()
    {
        var board = new TestBoard();
        board.Do("a", Group("g", At(100, 100, 200, 200, rotation: 30)));
        board.Do("a", Note("n", At(10, 20, parent: "g")));
        var seen = board.State.WorldTransform(new("n"));
        board.Do("a", new NodeDelete(new("n")));
        board.Do("b", new NodeDelete(new("g")));
        board.Do("a", new NodeRestore(new("n")));
        Assert.True(board.State.IsLive(new("n")));
        Assert.Equal(seen, board.State.Nodes[new("n")].Transform.Value);
        AssertNobodyIsLost(board.State);
    }

    [Fact]
    public void A_frame_is_lifted_out_of_a_turned_group_upright()
    {
        var board = new TestBoard();
        board.Do("a", Group("g", At(100, 100, 200, 200, rotation: 90)));
        board.Do("a", Frame("f", At(50, 50, 100, 100, parent: "g")));
        board.Do("a", new NodeDelete(new("f")));
        board.Do("b", new NodeDelete(new("g")));
        board.Do("a", new NodeRestore(new("f")));
        Assert.Equal(At(150, 150), board.State.Nodes[new("f")].Transform.Value);
    }

    [Fact]
    public void Groups_cannot_form_a_ring()
    {
        var board = new TestBoard();
        board.Do("a", Group("g"));
        board.Do("a", Group("h", At(0, 0, parent: "g")));
        Assert.Equal(RefusalCodes.ParentCycle, board.Try("b", new NodeSet(new("g"), Transform: At(0, 0, parent: "h")))?.Code);
        Assert.Equal(RefusalCodes.ParentCycle, board.Try("b", new NodeSet(new("g"), Transform: At(0, 0, parent: "g")))?.Code);
    }

    [Fact]
    public void Only_groups_hold_others()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        Assert.Equal(RefusalCodes.WrongKind, board.Try("a", Note("m", At(0, 0, parent: "n")))?.Code);
        Assert.Equal(RefusalCodes.ParentGone, board.Try("a", Note("m", At(0, 0, parent: "nowhere")))?.Code);
    }

    [Fact]
    public void Layers_paint_by_order_and_groups_before_their_members()
    {
        var board = new TestBoard();
        board.Do("a", Note("top", order: "a5"));
        board.Do("a", Group("g", order: "a1"));
        board.Do("a", Note("in2", At(0, 0, parent: "g"), order: "a9"));
        board.Do("a", Note("in1", At(0, 0, parent: "g"), order: "a8"));
        board.Do("a", Note("bottom", order: "Zz"));
        Assert.Equal("bottom g in1 in2 top", Ids(board.State));
    }

    [Fact]
    public void Equal_order_keys_are_told_apart_by_id_whoever_wrote_them_last()
    {
        var board = new TestBoard();
        board.Do("b", Note("y"));
        board.Do("a", Note("z"));
        board.Do("a", Note("x"));
        Assert.Equal("x y z", Ids(board.State));
        board.Do("c", new NodeSet(new("x"), Order: new OrderKey("a0")));
        Assert.Equal("x y z", Ids(board.State));
    }

    [Fact]
    public void Hidden_groups_hide_their_members_from_hits()
    {
        var board = new TestBoard();
        board.Do("a", Group("g"));
        board.Do("a", Note("n", At(0, 0, 10, 10, parent: "g")));
        Assert.Equal("n", board.State.HitTest(new(5, 5))?.Id.Value);
        board.Do("a", new NodeSet(new("g"), Style: new(Hidden: true)));
        Assert.Null(board.State.HitTest(new(5, 5)));
        Assert.True(board.State.IsLive(new("n")));
    }

    [Fact]
    public void A_log_with_a_gap_is_not_applied()
    {
        var op = new SequencedOp(2, Ann, new("a"), 1, Note("n"));
        Assert.Throws<ArgumentException>(() => BoardReducer.Apply(BoardState.Empty, op));
    }

    [Fact]
    public void A_log_row_that_comes_twice_changes_nothing()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        Assert.Same(board.State, BoardReducer.Apply(board.State, board.Log[0]));
    }

    [Fact]
    public void A_mask_takes_strokes_only_from_those_who_painted_them_back()
    {
        var board = new TestBoard();
        board.Do("a", Tile("t"));
        board.Do("a", new MaskPaint(new("t"), Brush(5, 0, 1, 1)));
        var entry = new Stamp(new("a"), 2);
        Assert.Equal(RefusalCodes.NotAllowed, board.Try("b", new MaskWithdraw(new("t"), entry, true))?.Code);
        board.Do("a", new MaskWithdraw(new("t"), entry, true));
        Assert.True(Assert.Single(((TileNode)board.State.Nodes[new("t")]).Mask).Withdrawn.Value);
        Assert.Equal(RefusalCodes.EntryUnknown, board.Try("a", new MaskWithdraw(new("t"), new(new("a"), 99), true))?.Code);
    }

    [Fact]
    public void Properties_belong_to_their_kind()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        board.Do("a", Frame("f"));
        Assert.Equal(RefusalCodes.WrongKind, board.Try("a", new NodeSet(new("f"), Text: "no"))?.Code);
        Assert.Equal(RefusalCodes.WrongKind, board.Try("a", new NodeSet(new("n"), Settings: new("no")))?.Code);
        Assert.Equal(RefusalCodes.WrongKind, board.Try("a", new MaskClear(new("n")))?.Code);
        Assert.Equal(RefusalCodes.NodeUnknown, board.Try("a", new MaskClear(new("nothing")))?.Code);
    }

    [Fact]
    public void A_viewer_cannot_write_anything()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        BoardOp[] ops =
        [
            Note("m"), Frame("f"), Tile("t"), Group("g"), new NodeSet(new("n"), Text: "x"), new NodeDelete(new("n")), new NodeRestore(new("n")),
            new MaskPaint(new("n"), Brush(1, 0, 1, 1)), new MaskClear(new("n")), new MaskFill(new("n")), new MaskInvert(new("n")), new MaskWithdraw(new("n"), new(new("a"), 1), true),
        ];
        Assert.All(ops, op => Assert.Equal(RefusalCodes.NotAllowed, board.Try("v", op, Bob, BoardRole.Viewer)?.Code));
        Assert.Single(board.Log);
    }

    [Fact]
    public void A_commenter_writes_notes_and_changes_only_their_own()
    {
        var board = new TestBoard();
        board.Do("a", Note("anns"));
        board.Do("a", Frame("f"));
        Assert.Null(board.Try("b", Note("bobs"), Bob, BoardRole.Commenter));
        Assert.Null(board.Try("b", new NodeSet(new("bobs"), Text: "changed", Transform: At(3, 4)), Bob, BoardRole.Commenter));

        // Another tab of the same person: it is the person that counts.
        Assert.Null(board.Try("b2", new NodeDelete(new("bobs")), Bob, BoardRole.Commenter));
        Assert.Null(board.Try("b2", new NodeRestore(new("bobs")), Bob, BoardRole.Commenter));
        Assert.Equal(RefusalCodes.NotAllowed, board.Try("b", new NodeSet(new("anns"), Text: "no"), Bob, BoardRole.Commenter)?.Code);
        Assert.Equal(RefusalCodes.NotAllowed, board.Try("b", new NodeDelete(new("f")), Bob, BoardRole.Commenter)?.Code);
        Assert.Equal(RefusalCodes.NotAllowed, board.Try("b", Tile("t"), Bob, BoardRole.Commenter)?.Code);
        Assert.Equal(RefusalCodes.NotAllowed, board.Try("b", new MaskFill(new("f")), Bob, BoardRole.Commenter)?.Code);
    }

    public static TheoryData<string, BoardOp> Refused => new()
    {
        { RefusalCodes.BadNumber, Note("n", At(double.NaN, 0)) },
        { RefusalCodes.BadNumber, Note("n", At(0, double.PositiveInfinity)) },
        { RefusalCodes.BadNumber, Note("n", At(1e8, 0)) },
        { RefusalCodes.BadNumber, Note("n", At(0, 0, 0)) },
        { RefusalCodes.BadNumber, Note("n", At(0, 0, -5)) },
        { RefusalCodes.BadNumber, Note("n", At(0, 0, double.NaN)) },
        { RefusalCodes.BadNumber, Note("n", At(0, 0, 20_000)) },
        { RefusalCodes.BadNumber, Note("n", At(0, 0, rotation: 361)) },
        { RefusalCodes.FrameTooLarge, Frame("n", At(0, 0, 5000, 100)) },
        { RefusalCodes.FrameTurned, Frame("n", At(0, 0, rotation: 5)) },
        { RefusalCodes.TextTooLong, Note("n", text: new('x', 4001)) },
        { RefusalCodes.TextTooLong, Frame("n") with { Settings = new(new string('x', 2001)) } },
        { RefusalCodes.TextTooLong, Note("n") with { Style = new(Name: new('x', 121)) } },
        { RefusalCodes.BadNumber, Note("n") with { Style = new(Opacity: 1.1) } },
        { RefusalCodes.BadNumber, Note("n") with { Style = new(Opacity: double.NaN) } },
        { RefusalCodes.Malformed, Note("n") with { Style = new(Colour: "a colour") } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Count: 9) } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Seed: -1) } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Seed: 9_007_199_254_740_992) } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Steps: 0) } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Guidance: double.NaN) } },
        { RefusalCodes.BadNumber, Frame("n") with { Settings = new(Strength: 2) } },
        { RefusalCodes.TooLarge, Note("n", order: "a0" + new string('V', 600)) },
        { RefusalCodes.Malformed, Tile("n") with { Content = new("ABC", 1, 1) } },
        { RefusalCodes.Malformed, Tile("n") with { Content = new(new('A', 64), 1, 1) } },
        { RefusalCodes.BadNumber, Tile("n", pixels: 0) },
        { RefusalCodes.BadNumber, Tile("n", pixels: 50_000) },
        { RefusalCodes.NothingToSet, new NodeSet(new("there")) },
        { RefusalCodes.FrameTooLarge, new NodeSet(new("there"), Transform: At(0, 0, 5000, 5000)) },
        { RefusalCodes.FrameTurned, new NodeSet(new("there"), Transform: At(0, 0, rotation: 90)) },
        { RefusalCodes.UnsupportedVersion, new NodeDelete(new("there")) { V = 2 } },
        { RefusalCodes.Malformed, new NodeDelete(default) },
        { RefusalCodes.Malformed, new MaskPaint(new("there"), Brush(5, 0)) },
        { RefusalCodes.Malformed, new MaskPaint(new("there"), Brush(5, 0, 1, 1, 2, 2) with { Shape = StrokeShape.Lasso }) },
        { RefusalCodes.TooLarge, new MaskPaint(new("there"), Brush(5, 0, new double[2 * 4097])) },
        { RefusalCodes.BadNumber, new MaskPaint(new("there"), Brush(0, 0, 1, 1)) },
        { RefusalCodes.BadNumber, new MaskPaint(new("there"), Brush(5, 1.5, 1, 1)) },
        { RefusalCodes.BadNumber, new MaskPaint(new("there"), Brush(5, 0, double.NaN, 1)) },
        { RefusalCodes.BadNumber, new MaskPaint(new("there"), Brush(5, 0, 1, 1) with { Points = [new(1, 1, 2)] }) },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void What_is_out_of_bounds_is_refused_by_its_code(string code, BoardOp op)
    {
        var board = new TestBoard();
        board.Do("a", Frame("there"));
        var refusal = board.Try("b", op);
        Assert.Equal(code, refusal?.Code);
        Assert.False(string.IsNullOrWhiteSpace(refusal?.Sentence));
        Assert.Single(board.Log);
    }

    [Fact]
    public void Groups_lie_only_so_deep()
    {
        var board = new TestBoard();
        board.Do("a", Group("g0"));
        for (var i = 1; i <= BoardLimits.Default.MaxDepth; i++)
            board.Do("a", Group($"g{i}", At(0, 0, parent: $"g{i - 1}")));
        Assert.Equal(RefusalCodes.TooDeep, board.Try("a", Note("n", At(0, 0, parent: $"g{BoardLimits.Default.MaxDepth}")))?.Code);
        board.Do("a", Group("h"));
        Assert.Equal(RefusalCodes.TooDeep, board.Try("a", new NodeSet(new("g0"), Transform: At(0, 0, parent: "h")))?.Code);
    }

    [Fact]
    public void A_full_mask_can_still_be_cleared()
    {
        var limits = BoardLimits.Default with { MaxMaskEntries = 3 };
        var state = BoardReducer.ApplyLocal(BoardState.Empty, Ann, new(new("a"), 1, Tile("t")));
        for (var i = 0; i < 3; i++)
            state = BoardReducer.ApplyLocal(state, Ann, new(new("a"), 2 + i, new MaskPaint(new("t"), Brush(1, 0, 1, 1))));
        Assert.Equal(RefusalCodes.MaskFull, OpValidator.Validate(state, new(new("a"), 9, new MaskPaint(new("t"), Brush(1, 0, 1, 1))), Ann, BoardRole.Editor, limits)?.Code);
        var clear = new ClientOp(new("a"), 9, new MaskClear(new("t")));
        Assert.Null(OpValidator.Validate(state, clear, Ann, BoardRole.Editor, limits));
        state = BoardReducer.ApplyLocal(state, Ann, clear);
        Assert.Null(OpValidator.Validate(state, new(new("a"), 10, new MaskPaint(new("t"), Brush(1, 0, 1, 1))), Ann, BoardRole.Editor, limits));
    }

    [Fact]
    public void A_board_holds_only_so_much_paint_also_after_it_was_cleared_stored_and_read()
    {
        var limits = BoardLimits.Default with { MaxMaskPoints = 5 };
        var state = BoardReducer.ApplyLocal(BoardState.Empty, Ann, new(new("a"), 1, Tile("t")));
        state = BoardReducer.ApplyLocal(state, Ann, new(new("a"), 2, new MaskPaint(new("t"), Brush(1, 0, 1, 1, 2, 2, 3, 3))));
        state = BoardReducer.ApplyLocal(state, Ann, new(new("a"), 3, new MaskClear(new("t"))));
        foreach (var board in (BoardState[])[state, BoardSnapshot.Read(BoardSnapshot.From(state).Write()).ToState()])
        {
            Assert.Null(OpValidator.Validate(board, new(new("a"), 9, new MaskPaint(new("t"), Brush(1, 0, 1, 1, 2, 2))), Ann, BoardRole.Editor, limits));
            Assert.Equal(RefusalCodes.BoardFull, OpValidator.Validate(board, new(new("a"), 9, new MaskPaint(new("t"), Brush(1, 0, 1, 1, 2, 2, 3, 3))), Ann, BoardRole.Editor, limits)?.Code);
        }
    }

    [Fact]
    public void A_full_board_takes_no_more_nodes()
    {
        var state = BoardReducer.ApplyLocal(BoardState.Empty, Ann, new(new("a"), 1, Note("n")));
        var limits = BoardLimits.Default with { MaxNodes = 1 };
        Assert.Equal(RefusalCodes.BoardFull, OpValidator.Validate(state, new(new("a"), 2, Note("m")), Ann, BoardRole.Editor, limits)?.Code);
    }

    [Fact]
    public void Ops_that_have_lost_their_meaning_change_nothing_when_applied()
    {
        // Straight into the reducer, past the validator, as an optimistic replica does while it rebases.
        foreach (var seed in Seeds.Few)
        {
            var random = Seeds.Start(seed);
            var ops = new RandomOps(random, new("a"));
            var state = BoardState.Empty;
            for (var i = 0; i < 300; i++)
            {
                var op = new ClientOp(new("a"), i + 1, ops.Next(state));
                var refusal = OpRules.Check(state, op.Stamp, op.Op);
                var next = BoardReducer.ApplyLocal(state, Ann, op);
                if (refusal is not null)
                    Assert.Same(state, next);
                state = next;
                AssertNobodyIsLost(state);
            }
        }
    }

    private static string Ids(BoardState state) => string.Join(' ', state.Layers().Select(static node => node.Id.Value));
}
