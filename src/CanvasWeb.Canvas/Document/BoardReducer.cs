using System.Collections.Immutable;
using System.Diagnostics;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// Applies ops. Total: an op without meaning in this state (its node is gone, its group is gone) changes nothing but the sequence number.
/// Deterministic: nothing but the state and the op is looked at.
/// </summary>
public static class BoardReducer
{
    /// <summary>The next op of the log. An op that is already in the state changes nothing.</summary>
    /// <exception cref="ArgumentException">An op between is missing: applying on would make replicas differ for ever.</exception>
    public static BoardState Apply(BoardState state, SequencedOp op)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(op);
        if (op.Seq <= state.Seq)
            return state;
        if (op.Seq != state.Seq + 1)
            throw new ArgumentException($"Op {op.Seq} does not follow op {state.Seq}.", nameof(op));
        var next = Change(state, op.Stamp, op.Actor, op.Op);
        return next with { Seq = op.Seq, Clients = next.Clients.SetItem(op.Client, new(op.Actor, op.ClientSeq)) };
    }

    /// <summary>A whole log, or the rest of one.</summary>
    public static BoardState Replay(BoardState state, IEnumerable<SequencedOp> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return log.Aggregate(state, Apply);
    }

    /// <summary>An op that the server has not ordered yet: the sequence number stays.</summary>
    internal static BoardState ApplyLocal(BoardState state, ActorId actor, ClientOp op) => Change(state, op.Stamp, actor, op.Op);

    private static BoardState Change(BoardState state, Stamp stamp, ActorId actor, BoardOp op)
    {
        if (OpRules.Check(state, stamp, op) is not null)
            return state;
        BoardNode next = op switch
        {
            FrameAdd add => new FrameNode(add.Node, actor, new(true, stamp), new(add.Transform, stamp), new(add.Order, stamp), new(add.Style ?? NodeStyle.Default, stamp), new(add.Settings ?? FrameSettings.Default, stamp), []),
            TileAdd add => new TileNode(add.Node, actor, new(true, stamp), new(add.Transform, stamp), new(add.Order, stamp), new(add.Style ?? NodeStyle.Default, stamp), add.Content, []),
            NoteAdd add => new NoteNode(add.Node, actor, new(true, stamp), new(add.Transform, stamp), new(add.Order, stamp), new(add.Style ?? NodeStyle.Default, stamp), new(add.Text, stamp)),
            GroupAdd add => new GroupNode(add.Node, actor, new(true, stamp), new(add.Transform, stamp), new(add.Order, stamp), new(add.Style ?? NodeStyle.Default, stamp)),
            NodeSet set => Set(state.Nodes[op.Node], set, stamp),
            NodeDelete => state.Nodes[op.Node] with { Alive = new(false, stamp) },
            NodeRestore => Restore(state, op.Node, stamp),
            MaskPaint paint => AddEntry(state.Nodes[op.Node], stamp, MaskAction.Stroke, paint.Stroke),
            MaskClear => AddEntry(state.Nodes[op.Node], stamp, MaskAction.Clear, null),
            MaskFill => AddEntry(state.Nodes[op.Node], stamp, MaskAction.Fill, null),
            MaskInvert => AddEntry(state.Nodes[op.Node], stamp, MaskAction.Invert, null),
            MaskWithdraw withdraw => Withdraw(state.Nodes[op.Node], withdraw, stamp),
            _ => throw new UnreachableException(),
        };
        return state with
        {
            Nodes = state.Nodes.SetItem(op.Node, next),
            MaskPoints = state.MaskPoints + (op is MaskPaint { Stroke.Points.Length: var points } ? points : 0),
        };
    }

    private static BoardNode Set(BoardNode node, NodeSet set, Stamp stamp)
    {
        if (set.Transform is { } transform)
            node = node with { Transform = new(transform, stamp) };
        if (set.Order is { } order)
            node = node with { Order = new(order, stamp) };
        if (set.Style is { } style)
            node = node with { Style = new(style, stamp) };
        if (set.Text is { } text)
            node = (NoteNode)node with { Text = new(text, stamp) };
        if (set.Settings is { } settings)
            node = (FrameNode)node with { Settings = new(settings, stamp) };
        return node;
    }

    private static BoardNode Restore(BoardState state, NodeId id, Stamp stamp)
    {
        var node = state.Nodes[id] with { Alive = new(true, stamp) };

        // Nobody is left without a parent: what comes back into a deleted group would stay invisible.
        if (node.Parent is { } parent && !state.IsLive(parent))
        {
            // A frame comes out of a turned group upright: no other frame is allowed, and a later undo could not write a turned one back.
            var lifted = state.WorldTransform(id);
            node = node with { Transform = new(node is FrameNode ? lifted with { Rotation = 0 } : lifted, stamp) };
        }

        return node;
    }

    private static BoardNode AddEntry(BoardNode node, Stamp stamp, MaskAction action, MaskStroke? stroke) =>
        WithMask(node, OpRules.MaskOf(node)! /* the rules let frames and tiles pass */.Add(new(stamp, action, new(false, stamp), stroke)));

    private static BoardNode Withdraw(BoardNode node, MaskWithdraw withdraw, Stamp stamp)
    {
        var mask = OpRules.MaskOf(node)!; // The rules let frames and tiles pass, and only with this entry.
        var index = mask.FindIndex(entry => entry.Id == withdraw.Entry);
        return WithMask(node, mask.SetItem(index, mask[index] with { Withdrawn = new(withdraw.Withdrawn, stamp) }));
    }

    private static BoardNode WithMask(BoardNode node, ImmutableList<MaskEntry> mask) => node switch
    {
        FrameNode frame => frame with { Mask = mask },
        TileNode tile => tile with { Mask = mask },
        _ => throw new UnreachableException(),
    };
}
