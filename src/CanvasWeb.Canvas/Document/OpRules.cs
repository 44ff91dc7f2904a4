using System.Collections.Immutable;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// What must hold of the state for an op to have a meaning. The validator refuses by it, the reducer does nothing by it: so an op that
/// the server will refuse has no effect in an optimistic replica either. Limits do not belong here: they may change, a log may not.
/// </summary>
internal static class OpRules
{
    public static Refusal? Check(BoardState state, Stamp stamp, BoardOp op)
    {
        switch (op)
        {
            case FrameAdd add:
                return CheckAdd(state, add, add.Transform.Parent);
            case TileAdd add:
                return CheckAdd(state, add, add.Transform.Parent);
            case NoteAdd add:
                return CheckAdd(state, add, add.Transform.Parent);
            case GroupAdd add:
                return CheckAdd(state, add, add.Transform.Parent);
            case NodeRestore:
                return state.Find(op.Node) switch
                {
                    null => Unknown(op.Node),
                    { Alive.Value: true } => new(RefusalCodes.NodeAlive, "This is already back on the board."),
                    _ => null,
                };
        }

        // 1. All other ops change something that is there.
        if (state.Find(op.Node) is not { } node)
            return Unknown(op.Node);
        if (!state.IsLive(op.Node))
            return new(RefusalCodes.NodeGone, "Somebody has deleted this meanwhile.");

        // 2. Each kind has its own properties.
        switch (op)
        {
            case NodeDelete:
                return null;
            case NodeSet set:
                if (set.Text is not null && node is not NoteNode)
                    return new(RefusalCodes.WrongKind, "Only a note has a text.");
                if (set.Settings is not null && node is not FrameNode)
                    return new(RefusalCodes.WrongKind, "Only a frame has generation settings.");
                return set.Transform is { } transform ? CheckParent(state, op.Node, transform.Parent) : null;
            case MaskWithdraw withdraw:
                if (withdraw.Entry.Client != stamp.Client)
                    return new(RefusalCodes.NotAllowed, "Only the one who painted a stroke can take it back.");
                return MaskOf(node)?.Exists(entry => entry.Id == withdraw.Entry) == true
                    ? null
                    : new(RefusalCodes.EntryUnknown, "There is no such stroke in this mask.");
            case MaskPaint or MaskClear or MaskFill or MaskInvert:
                return MaskOf(node) is null ? new(RefusalCodes.WrongKind, "Only frames and pictures have a mask.") : null;
            default:
                return new(RefusalCodes.UnknownType, $"This version does not know {op.GetType().Name}.");
        }
    }

    public static ImmutableList<MaskEntry>? MaskOf(BoardNode node) => node switch
    {
        FrameNode frame => frame.Mask,
        TileNode tile => tile.Mask,
        _ => null,
    };

    private static Refusal? CheckAdd(BoardState state, BoardOp op, NodeId? parent)
    {
        if (state.Nodes.ContainsKey(op.Node))
            return new(RefusalCodes.NodeExists, $"The id {op.Node} is taken: every node needs a new one, also after a delete.");
        return CheckParent(state, op.Node, parent);
    }

    private static Refusal? CheckParent(BoardState state, NodeId node, NodeId? parent)
    {
        if (parent is not { } id)
            return null;
        for (NodeId? at = id; at is { } current; at = state.Find(current)?.Parent)
        {
            if (current == node)
                return new(RefusalCodes.ParentCycle, "A group cannot lie in itself.");
        }

        if (!state.IsLive(id))
            return new(RefusalCodes.ParentGone, "The group is not there any more.");
        return state.Nodes[id].Kind == NodeKind.Group ? null : new(RefusalCodes.WrongKind, "Only a group can hold others.");
    }

    private static Refusal Unknown(NodeId id) => new(RefusalCodes.NodeUnknown, $"There is no {id} on this board.");
}
