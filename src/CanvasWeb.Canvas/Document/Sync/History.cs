using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>
/// Undo and redo of one client's own ops, without limit. A step is what one gesture did. Undoing it writes back, register by register,
/// what was there before the gesture, but only where nobody else has written since; what it writes is itself a step, for redo.
/// </summary>
/// <remarks>
/// "Nobody else since" is a question of stamps, not of values. An undo is a write too, so its stamp must count as the stamp it brought
/// back: <see cref="Standing"/> follows that trail. Without it the second undo in a row would take the first for a foreign write.
/// The values to go back to are taken anew whenever the op is applied again on top of newly ordered ops: what was "before" is known for
/// certain only once the server has ordered the op.
/// </remarks>
internal sealed class History
{
    private readonly List<Step> _undo = [];
    private readonly List<Step> _redo = [];
    private readonly Dictionary<long, OpRecord> _pending = [];

    // Which change an undoing op has reversed, by the number of that op and the group it wrote.
    private readonly Dictionary<(long ClientSeq, PropertyGroup Group), PropertyChange> _reversed = [];

    public bool CanUndo => _undo.Count > 0;

    public bool CanRedo => _redo.Count > 0;

    /// <summary>Opens a step for a new gesture; what was undone before can no longer be redone.</summary>
    public Step Begin()
    {
        _redo.Clear();
        return new();
    }

    /// <summary>Adds an own op that is about to be applied to <paramref name="before"/>.</summary>
    public void Record(Step step, BoardState before, ClientOp op)
    {
        var record = new OpRecord(op.ClientSeq) { Changes = PropertyChange.Of(before, op.Stamp, op.Op) };
        step.Ops.Add(record);
        _pending[op.ClientSeq] = record;
        if (step.IsStacked)
            return;
        step.IsStacked = true;
        _undo.Add(step);
    }

    /// <summary>Notes again what an own op writes, since it is applied again and perhaps to another state.</summary>
    public void Refresh(BoardState before, ClientOp op)
    {
        if (_pending.TryGetValue(op.ClientSeq, out var record))
            record.Changes = PropertyChange.Of(before, op.Stamp, op.Op);
    }

    /// <summary>The server has ordered the op: what was before it is final.</summary>
    public void Settle(long clientSeq) => _pending.Remove(clientSeq);

    /// <summary>The server has refused the op: there is nothing to undo.</summary>
    public void Forget(long clientSeq)
    {
        if (!_pending.Remove(clientSeq, out var record))
            return;
        foreach (var steps in (List<Step>[])[_undo, _redo])
        {
            foreach (var step in steps)
            {
                // A gesture that is still open stacks its step again with its next op.
                if (step.Ops.Remove(record) && step.Ops.Count == 0)
                    step.IsStacked = false;
            }

            steps.RemoveAll(static step => step.Ops.Count == 0);
        }
    }

    /// <summary>Undoes the last step of which anything is left to undo.</summary>
    /// <param name="submit">Validates and applies one op; null if it was refused.</param>
    /// <returns>False if there was none.</returns>
    public bool Undo(Func<BoardState> view, Func<BoardOp, Step, ClientOp?> submit) => Reverse(_undo, _redo, view, submit);

    /// <summary>Does again what the last undo took back.</summary>
    public bool Redo(Func<BoardState> view, Func<BoardOp, Step, ClientOp?> submit) => Reverse(_redo, _undo, view, submit);

    private bool Reverse(List<Step> from, List<Step> to, Func<BoardState> view, Func<BoardOp, Step, ClientOp?> submit)
    {
        while (from.Count > 0)
        {
            var step = from[^1];
            from.RemoveAt(from.Count - 1);
            var reverse = new Step { IsStacked = true };
            to.Add(reverse);
            foreach (var (op, changes) in Inverse(step, view()))
            {
                if (submit(op, reverse) is not { } sent)
                    continue;
                foreach (var change in changes)
                    _reversed[(sent.ClientSeq, change.Group)] = change;
            }

            if (reverse.Ops.Count > 0)
                return true;

            // Others have written over all of it: going on to the step before is what the person at the keyboard means.
            to.Remove(reverse);
        }

        return false;
    }

    private IEnumerable<(BoardOp Op, IReadOnlyList<PropertyChange> Changes)> Inverse(Step step, BoardState state)
    {
        // 1. One way back for each register: a drag has written the same one sixty times a second. Walk back from the last write as
        //    long as the writes follow each other; where somebody else came between, stop at what they had written.
        var registers = step.Ops.SelectMany(static record => record.Changes)
            .GroupBy(static change => (change.Node, change.Group, change.Entry))
            .Select(writes => WayBack([.. writes], state))
            .OfType<PropertyChange>()
            .ToList();

        // 2. Restored nodes first, since the rest may be written into them, deleted ones last; each from the latest to the earliest.
        registers.Reverse();
        foreach (var change in registers.Where(static change => change is { Group: PropertyGroup.Alive, Before: true }))
            yield return (new NodeRestore(change.Node), [change]);
        foreach (var node in registers.Where(static change => change.Group is not (PropertyGroup.Alive or PropertyGroup.MaskEntry)).GroupBy(static change => change.Node))
        {
            // In two ops where the transform may be refused for itself (its group is gone): the other groups need not share its fate.
            var rest = node.Where(static change => change.Group != PropertyGroup.Transform).ToList();
            var transform = node.Where(static change => change.Group == PropertyGroup.Transform).ToList();
            if (transform.Count > 0)
                yield return (ToSet(node.Key, transform), transform);
            if (rest.Count > 0)
                yield return (ToSet(node.Key, rest), rest);
        }

        foreach (var change in registers.Where(static change => change.Group == PropertyGroup.MaskEntry))
            yield return (new MaskWithdraw(change.Node, change.Entry!.Value /* every mask change names its entry */, (bool)change.Before), [change]);
        foreach (var change in registers.Where(static change => change is { Group: PropertyGroup.Alive, Before: false }))
            yield return (new NodeDelete(change.Node), [change]);
    }

    private PropertyChange? WayBack(List<PropertyChange> writes, BoardState state)
    {
        var last = writes[^1];
        if (state.Find(last.Node) is not { } node || Standing(last.WrittenBy(state), last.Group) != Standing(last.AfterBy, last.Group))
            return null;
        var first = last;
        for (var i = writes.Count - 2; i >= 0 && writes[i].AfterBy == first.BeforeBy; i--)
            first = writes[i];

        // Deleted and brought back within one gesture: nothing to send, but the last write now stands for what was there before the first.
        if (first.Group == PropertyGroup.Alive && (bool)first.Before == node.Alive.Value)
        {
            _reversed[(last.AfterBy.ClientSeq, last.Group)] = first;
            return null;
        }

        // Taking back a group that others have put things into would take their things along.
        if (first is { Group: PropertyGroup.Alive, BeforeBy: null } && HoldsOthers(first, state))
            return null;
        return first;
    }

    // Own members are no reason: they are moved out or deleted before the group is.
    private bool HoldsOthers(PropertyChange change, BoardState state) =>
        state.Nodes.Values.Any(node => node.Parent == change.Node && node.Alive.Value && Standing(node.Transform.By, PropertyGroup.Transform)?.Client != change.AfterBy.Client);

    private Stamp? Standing(Stamp? stamp, PropertyGroup group)
    {
        // Only own ops are in the table, and an op reverses what was written before it, so the trail ends.
        while (stamp is { } own && _reversed.TryGetValue((own.ClientSeq, group), out var change) && own.Client == change.AfterBy.Client)
            stamp = change.BeforeBy;
        return stamp;
    }

    private static NodeSet ToSet(NodeId node, List<PropertyChange> changes)
    {
        var set = new NodeSet(node);
        foreach (var change in changes)
        {
            set = change.Group switch
            {
                PropertyGroup.Transform => set with { Transform = (Geometry.Transform)change.Before },
                PropertyGroup.Order => set with { Order = (OrderKey)change.Before },
                PropertyGroup.Style => set with { Style = (NodeStyle)change.Before },
                PropertyGroup.Text => set with { Text = (string)change.Before },
                PropertyGroup.Settings => set with { Settings = (FrameSettings)change.Before },
                _ => set,
            };
        }

        return set;
    }

    /// <summary>What one gesture did.</summary>
    internal sealed class Step
    {
        public List<OpRecord> Ops { get; } = [];

        /// <summary>True while the step is on one of the two stacks.</summary>
        public bool IsStacked { get; set; }
    }

    internal sealed class OpRecord(long clientSeq)
    {
        public long ClientSeq { get; } = clientSeq;

        public IReadOnlyList<PropertyChange> Changes { get; set; } = [];
    }
}
