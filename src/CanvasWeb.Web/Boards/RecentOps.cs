using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// The state of an open board and the last ops that led to it, in a ring: what a browser missed is read from here, however many browsers
/// there are and however slow they are, at no memory for each.
/// </summary>
/// <param name="capacity">Ops.</param>
internal sealed class RecentOps(int capacity)
{
    private readonly Lock _lock = new();
    private readonly SequencedOp[] _ring = new SequencedOp[capacity];
    private BoardState _state = BoardState.Empty;
    private int _count;

    public BoardState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <param name="state">The board after <paramref name="ops"/>.</param>
    /// <param name="ops">What follows the last state, or after a reload whatever ends at the new one.</param>
    public void Publish(BoardState state, IReadOnlyList<SequencedOp> ops)
    {
        lock (_lock)
        {
            if (ops.Count == 0 ? state.Seq != _state.Seq : ops[0].Seq != _state.Seq + 1)
                _count = 0;
            foreach (var op in ops)
                _ring[op.Seq % capacity] = op;
            _count = Math.Min(capacity, _count + ops.Count);
            _state = state;
        }
    }

    /// <summary>What follows an op.</summary>
    /// <param name="most">Ops at most.</param>
    public BoardTail After(long seq, int most = int.MaxValue)
    {
        lock (_lock)
        {
            var missing = _state.Seq - seq;
            if (missing < 0 || missing > _count)
                return new(_state, null);
            var ops = new SequencedOp[Math.Min(missing, most)];
            for (var i = 0; i < ops.Length; i++)
                ops[i] = _ring[(seq + 1 + i) % capacity];
            return new(_state, ops);
        }
    }
}
