using System.Diagnostics;
using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>One register that one own op wrote: what was there before, and who had written that.</summary>
/// <param name="Entry">Which mask entry, for <see cref="PropertyGroup.MaskEntry"/>.</param>
/// <param name="Before">The value to go back to.</param>
/// <param name="BeforeBy">Null if there was nothing before: the op added the node or the entry.</param>
/// <param name="AfterBy">The own op.</param>
internal sealed record PropertyChange(NodeId Node, PropertyGroup Group, Stamp? Entry, object Before, Stamp? BeforeBy, Stamp AfterBy)
{
    /// <summary>What an op will write if it is applied to this state; nothing if it would have no effect.</summary>
    public static IReadOnlyList<PropertyChange> Of(BoardState before, Stamp stamp, BoardOp op)
    {
        if (OpRules.Check(before, stamp, op) is not null)
            return [];
        var node = before.Find(op.Node);
        switch (op)
        {
            case FrameAdd or TileAdd or NoteAdd or GroupAdd:
                return [new(op.Node, PropertyGroup.Alive, null, false, null, stamp)];
            case MaskPaint or MaskClear or MaskFill or MaskInvert:
                return [new(op.Node, PropertyGroup.MaskEntry, stamp, true, null, stamp)];
        }

        // The rules have made sure that all others find their node.
        Debug.Assert(node is not null);
        switch (op)
        {
            case NodeDelete or NodeRestore:
                return [new(op.Node, PropertyGroup.Alive, null, node.Alive.Value, node.Alive.By, stamp)];
            case MaskWithdraw withdraw:
                var entry = OpRules.MaskOf(node)!.Find(entry => entry.Id == withdraw.Entry)!; // The rules have found both.
                return [new(op.Node, PropertyGroup.MaskEntry, withdraw.Entry, entry.Withdrawn.Value, entry.Withdrawn.By, stamp)];
            case NodeSet set:
                var changes = new List<PropertyChange>();
                if (set.Transform is not null)
                    changes.Add(new(op.Node, PropertyGroup.Transform, null, node.Transform.Value, node.Transform.By, stamp));
                if (set.Order is not null)
                    changes.Add(new(op.Node, PropertyGroup.Order, null, node.Order.Value, node.Order.By, stamp));
                if (set.Style is not null)
                    changes.Add(new(op.Node, PropertyGroup.Style, null, node.Style.Value, node.Style.By, stamp));
                if (set.Text is not null && node is NoteNode note)
                    changes.Add(new(op.Node, PropertyGroup.Text, null, note.Text.Value, note.Text.By, stamp));
                if (set.Settings is not null && node is FrameNode frame)
                    changes.Add(new(op.Node, PropertyGroup.Settings, null, frame.Settings.Value, frame.Settings.By, stamp));
                return changes;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Who has written the register last; null if it is not there (any more).</summary>
    public Stamp? WrittenBy(BoardState state) => (Group, state.Find(Node)) switch
    {
        (PropertyGroup.Alive, { } node) => node.Alive.By,
        (PropertyGroup.Transform, { } node) => node.Transform.By,
        (PropertyGroup.Order, { } node) => node.Order.By,
        (PropertyGroup.Style, { } node) => node.Style.By,
        (PropertyGroup.Text, NoteNode note) => note.Text.By,
        (PropertyGroup.Settings, FrameNode frame) => frame.Settings.By,
        (PropertyGroup.MaskEntry, { } node) => OpRules.MaskOf(node)?.Find(entry => entry.Id == Entry)?.Withdrawn.By,
        _ => null,
    };
}
