using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;

namespace CanvasWeb.Canvas.Tests;

/// <summary>
/// A server and some clients over a line that loses, doubles, delays and reorders messages and breaks off; the server is killed now and
/// then and starts again from its log. All by one seed.
/// </summary>
internal sealed class SimulatedNetwork
{
    private const int FarBehind = 15;

    private readonly Random _random;
    private readonly List<Line> _lines = [];
    private readonly HashSet<Stamp> _acknowledged = [];
    private BoardWriter _writer = new(BoardState.Empty, BoardLimits.Default);

    public SimulatedNetwork(Random random, int clients)
    {
        _random = random;
        for (var i = 0; i < clients; i++)
        {
            var actor = new ActorId($"person{i}");
            var replica = new ReplicaClient(new($"c{i}"), actor, BoardRole.Editor, BoardState.Empty, BoardLimits.Default);
            _lines.Add(new(replica, new(random, replica.Client)));
        }
    }

    /// <summary>The stored log: what outlives a killed server.</summary>
    public List<SequencedOp> Log { get; } = [];

    public BoardState Server => _writer.State;

    public IEnumerable<ReplicaClient> Replicas => _lines.Select(static line => line.Replica);

    /// <summary>Ops that a client was told are stored.</summary>
    public IReadOnlySet<Stamp> Acknowledged => _acknowledged;

    public int Kills { get; private set; }

    public int Snapshots { get; private set; }

    public int Undos { get; private set; }

    public int Duplicates { get; private set; }

    public void Step()
    {
        var line = _random.Pick(_lines);
        var replica = line.Replica;
        switch (_random.Next(100))
        {
            case < 30:
                if (_random.Next(8) == 0)
                    replica.BeginGesture();
                replica.Do(line.Ops.Next(replica.View));
                if (_random.Next(3) == 0)
                    replica.EndGesture();
                break;
            case < 36:
                Undos += replica.Undo() ? 1 : 0;
                break;
            case < 39:
                replica.Redo();
                break;
            case < 58:
                Upload(line);
                break;
            case < 74:
                DeliverToServer(line);
                break;
            case < 92:
                DeliverToClient(line);
                break;
            case < 95:
                line.IsUp = false;
                break;
            case < 99:
                Connect(line);
                break;
            default:
                Kill();
                break;
        }
    }

    /// <summary>Everybody stops typing and the line becomes perfect, until nothing is left to say.</summary>
    public void Quiet()
    {
        for (var round = 0; round < 200; round++)
        {
            foreach (var line in _lines)
            {
                Connect(line);
                Upload(line, perfect: true);
                while (line.Up.Count > 0)
                    DeliverToServer(line, perfect: true);
                while (line.Down.Count > 0)
                    DeliverToClient(line, perfect: true);
            }

            if (Replicas.All(replica => replica.PendingCount == 0 && replica.Confirmed.Seq == Server.Seq))
                return;
        }

        Assert.Fail("The replicas never came to rest.");
    }

    /// <summary>What a broken or hostile client sends, past all its own checks.</summary>
    public SubmitResult SubmitRaw(IReadOnlyList<ClientOp> ops, ActorId actor, BoardRole role)
    {
        var plan = _writer.Plan(ops, actor, role);
        Log.AddRange(plan.Accepted);
        _writer.Commit(plan);
        return plan.Result;
    }

    private void Upload(Line line, bool perfect = false)
    {
        if (!line.IsUp)
            return;
        var batch = line.Replica.TakeBatch(_random.Next(1, 8));
        if (batch.Count == 0)
            return;
        line.Up.Add(batch);
        if (!perfect && _random.Next(6) == 0)
            line.Up.Add(batch);
    }

    private void DeliverToServer(Line line, bool perfect = false)
    {
        if (line.Up.Count == 0)
            return;
        var at = perfect ? 0 : _random.Next(line.Up.Count);
        var batch = line.Up[at];
        line.Up.RemoveAt(at);
        if (!perfect && _random.Next(8) == 0)
            return;

        // Stored first, answered then: a server that is killed between the two has stored ops that nobody was told of.
        var plan = _writer.Plan(batch, line.Replica.Actor, line.Replica.Role);
        Log.AddRange(plan.Accepted.Select(static row => CanvasJson.ReadSequencedOp(CanvasJson.Write(row))));
        _writer.Commit(plan);
        Duplicates += plan.Result.Outcomes.Count(static outcome => outcome.Kind == OutcomeKind.Duplicate);
        if (!perfect && _random.Next(20) == 0)
        {
            Kill();
            return;
        }

        line.Down.Add(plan.Result);
        foreach (var outcome in plan.Result.Outcomes.Where(static outcome => outcome.Kind == OutcomeKind.Accepted))
            _acknowledged.Add(new(line.Replica.Client, outcome.ClientSeq));
        if (plan.Accepted.Length == 0)
            return;
        foreach (var other in _lines.Where(static other => other.IsUp))
            other.Down.Add(plan.Accepted.ToList());
    }

    private void DeliverToClient(Line line, bool perfect = false)
    {
        if (line.Down.Count == 0)
            return;
        var at = perfect ? 0 : _random.Next(line.Down.Count);
        var message = line.Down[at];
        if (perfect || _random.Next(8) != 0)
            line.Down.RemoveAt(at);
        if (!perfect && _random.Next(8) == 0)
            return;
        switch (message)
        {
            case SubmitResult result:
                line.Replica.Receive(result);
                break;
            case BoardSnapshot snapshot:
                line.Replica.Receive(snapshot);
                break;
            case List<SequencedOp> ops:
                line.Replica.Receive(ops);
                break;
        }
    }

    private void Connect(Line line)
    {
        line.IsUp = true;

        // What is still on the old line may arrive late or never.
        if (_random.Next(2) == 0)
            line.Up.Clear();
        if (_random.Next(2) == 0)
            line.Down.Clear();
        var known = line.Replica.Reconnect();
        if (Server.Seq - known > FarBehind)
        {
            line.Down.Add(BoardSnapshot.Read(BoardSnapshot.From(Server).For(line.Replica.Client).Write()));
            Snapshots++;
        }
        else
        {
            line.Down.Add(Log.Skip((int)known).ToList());
        }
    }

    private void Kill()
    {
        Kills++;
        var half = BoardReducer.Replay(BoardState.Empty, Log.Take(_random.Next(Log.Count + 1)));
        var stored = BoardSnapshot.Read(BoardSnapshot.From(half).Write()).ToState();
        _writer = new(BoardReducer.Replay(stored, Log.Skip((int)stored.Seq)), BoardLimits.Default);
        foreach (var line in _lines)
        {
            line.IsUp = false;
            line.Up.Clear();
        }
    }

    private sealed class Line(ReplicaClient replica, RandomOps ops)
    {
        public ReplicaClient Replica { get; } = replica;

        public RandomOps Ops { get; } = ops;

        public List<IReadOnlyList<ClientOp>> Up { get; } = [];

        public List<object> Down { get; } = [];

        public bool IsUp { get; set; } = true;
    }
}
