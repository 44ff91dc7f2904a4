using System.Collections.Immutable;
using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>
/// A client's copy of a board: what the server has confirmed, and on top of it what was done here and not confirmed yet. The reference
/// for the browser's copy in JavaScript, and what the random tests run by the handful. No timers and no network: the host calls.
/// </summary>
/// <remarks>
/// Only one batch is on its way at a time, in order; the next one leaves when every op of it has been seen in the log or refused. So the
/// server never meets the op that moves a node before the op that adds it, and after a lost connection the host just sends again.
/// </remarks>
public sealed class ReplicaClient
{
    // Ops that came too early wait here; past this a catch-up is cheaper than the memory.
    private const int MaxEarlyOps = 1_024;

    private readonly BoardLimits _limits;
    private readonly List<Pending> _pending = [];
    private readonly SortedDictionary<long, SequencedOp> _early = [];
    private readonly List<RefusedOp> _refused = [];
    private readonly History _history = new();
    private History.Step? _gesture;
    private bool _inGesture;
    private long _lastClientSeq;
    private long _head;

    public ReplicaClient(ClientId client, ActorId actor, BoardRole role, BoardState confirmed, BoardLimits limits)
    {
        ArgumentNullException.ThrowIfNull(confirmed);
        ArgumentNullException.ThrowIfNull(limits);
        Client = client;
        Actor = actor;
        Role = role;
        Confirmed = confirmed;
        View = confirmed;
        _limits = limits;
        _head = confirmed.Seq;
    }

    public ClientId Client { get; }

    public ActorId Actor { get; }

    /// <summary>Set by the host when the server tells of a new role.</summary>
    public BoardRole Role { get; set; }

    /// <summary>The log as far as it is known here.</summary>
    public BoardState Confirmed { get; private set; }

    /// <summary>What the person sees: the confirmed state with the own pending ops applied again on top.</summary>
    public BoardState View { get; private set; }

    /// <summary>How many own ops the log is not known to have: "saved" when none.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>True if ops are missing here that the server has: ask for everything after <see cref="Confirmed"/>.</summary>
    public bool IsBehind => _head > Confirmed.Seq;

    public bool CanUndo => _history.CanUndo;

    public bool CanRedo => _history.CanRedo;

    /// <summary>Does one thing, which is one undo step unless a gesture is open.</summary>
    /// <returns>The refusal if it is not allowed; then nothing was done.</returns>
    public Refusal? Do(params IReadOnlyList<BoardOp> ops)
    {
        ArgumentNullException.ThrowIfNull(ops);
        var state = View;
        for (var i = 0; i < ops.Count; i++)
        {
            var op = new ClientOp(Client, _lastClientSeq + 1 + i, ops[i]);
            if (OpValidator.Validate(state, op, Actor, Role, _limits) is { } refusal)
                return refusal;
            state = BoardReducer.ApplyLocal(state, Actor, op);
        }

        var step = _inGesture ? _gesture ??= _history.Begin() : _history.Begin();
        foreach (var op in ops)
            Send(op, step);
        return null;
    }

    /// <summary>Everything until <see cref="EndGesture"/> is one undo step: a drag, a stroke with its clear, a paste.</summary>
    public void BeginGesture() => (_inGesture, _gesture) = (true, null);

    public void EndGesture() => (_inGesture, _gesture) = (false, null);

    /// <returns>False if there is nothing left to undo.</returns>
    public bool Undo()
    {
        EndGesture();
        return _history.Undo(() => View, TrySend);
    }

    /// <returns>False if there is nothing left to redo.</returns>
    public bool Redo()
    {
        EndGesture();
        return _history.Redo(() => View, TrySend);
    }

    /// <summary>The next ops to send, at most <paramref name="max"/>; none while a batch is on its way.</summary>
    public IReadOnlyList<ClientOp> TakeBatch(int max = 64)
    {
        if (_pending.Exists(static pending => pending.IsSent))
            return [];
        var batch = _pending.Take(max).ToList();
        foreach (var pending in batch)
            pending.IsSent = true;
        return [.. batch.Select(static pending => pending.Op)];
    }

    /// <summary>Ops of the log, in any order, any number of times.</summary>
    public void Receive(params IReadOnlyList<SequencedOp> ops)
    {
        ArgumentNullException.ThrowIfNull(ops);
        foreach (var op in ops)
        {
            _head = Math.Max(_head, op.Seq);
            if (op.Seq == Confirmed.Seq + 1 || (op.Seq > Confirmed.Seq && _early.Count < MaxEarlyOps))
                _early[op.Seq] = op;
            Advance();
        }

        Rebase();
    }

    /// <summary>The answer to a batch.</summary>
    public void Receive(SubmitResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _head = Math.Max(_head, result.Head);
        foreach (var outcome in result.Outcomes)
        {
            // Accepted and duplicate ops stay pending until the log brings them: dropped before, the picture would jump back and forth.
            if (outcome.Kind == OutcomeKind.Refused)
                Drop(pending => pending.Op.ClientSeq == outcome.ClientSeq, outcome.Refusal);
        }

        Rebase();
    }

    /// <summary>A whole state, for a client that is too far behind for single ops.</summary>
    public void Receive(BoardSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _head = Math.Max(_head, snapshot.Seq);
        if (snapshot.Seq <= Confirmed.Seq)
            return;
        Confirmed = snapshot.ToState();
        if (Confirmed.Clients.TryGetValue(Client, out var progress))
        {
            foreach (var pending in _pending.Where(pending => pending.Op.ClientSeq <= progress.LastClientSeq))
                _history.Settle(pending.Op.ClientSeq);
            _pending.RemoveAll(pending => pending.Op.ClientSeq <= progress.LastClientSeq);
        }

        foreach (var old in _early.Keys.Where(seq => seq <= Confirmed.Seq).ToList())
            _early.Remove(old);
        Advance();
        Rebase();
    }

    /// <summary>The connection is new: everything pending is to be sent again.</summary>
    /// <returns>The last op known here; the server answers with what follows.</returns>
    public long Reconnect()
    {
        foreach (var pending in _pending)
            pending.IsSent = false;
        return Confirmed.Seq;
    }

    /// <summary>Own ops that were not taken since the last call, for a message at the thing that failed.</summary>
    public IReadOnlyList<RefusedOp> TakeRefused()
    {
        var refused = _refused.ToList();
        _refused.Clear();
        return refused;
    }

    private void Advance()
    {
        while (_early.Remove(Confirmed.Seq + 1, out var op))
        {
            if (op.Client == Client)
            {
                var own = new ClientOp(op.Client, op.ClientSeq, op.Op);
                _history.Refresh(Confirmed, own);
                _history.Settle(op.ClientSeq);
                _pending.RemoveAll(pending => pending.Op.ClientSeq == op.ClientSeq);

                // The writer only takes rising numbers: whatever is pending with a smaller one was refused, and the answer was lost.
                Drop(pending => pending.Op.ClientSeq < op.ClientSeq, null);
            }

            Confirmed = BoardReducer.Apply(Confirmed, op);
        }
    }

    private void Drop(Predicate<Pending> which, Refusal? reason)
    {
        foreach (var pending in _pending.FindAll(which))
        {
            _pending.Remove(pending);
            _history.Forget(pending.Op.ClientSeq);
            _refused.Add(new(pending.Op, reason));
        }
    }

    private void Rebase()
    {
        var view = Confirmed;
        foreach (var pending in _pending)
        {
            _history.Refresh(view, pending.Op);
            view = BoardReducer.ApplyLocal(view, Actor, pending.Op);
        }

        View = view;
    }

    private ClientOp? TrySend(BoardOp op, History.Step step)
    {
        var next = new ClientOp(Client, _lastClientSeq + 1, op);
        return OpValidator.Validate(View, next, Actor, Role, _limits) is null ? Send(op, step) : null;
    }

    private ClientOp Send(BoardOp op, History.Step step)
    {
        var sent = new ClientOp(Client, ++_lastClientSeq, op);
        _history.Record(step, View, sent);
        View = BoardReducer.ApplyLocal(View, Actor, sent);
        _pending.Add(new(sent));
        return sent;
    }

    private sealed class Pending(ClientOp op)
    {
        public ClientOp Op { get; } = op;

        public bool IsSent { get; set; }
    }
}
