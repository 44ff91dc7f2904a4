using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Tests;

/// <summary>A board with its log and one writer, for tests that need no network: who does what, in order.</summary>
internal sealed class TestBoard
{
    public static readonly ActorId Ann = new("ann");
    public static readonly ActorId Bob = new("bob");

    private readonly Dictionary<string, long> _seqs = new(StringComparer.Ordinal);

    public BoardWriter Writer { get; private set; } = new(BoardState.Empty, BoardLimits.Default);

    public List<SequencedOp> Log { get; } = [];

    public BoardState State => Writer.State;

    /// <summary>One op of one client, which has to be taken.</summary>
    public void Do(string client, BoardOp op, ActorId? actor = null) => Assert.Null(Try(client, op, actor));

    public Refusal? Try(string client, BoardOp op, ActorId? actor = null, BoardRole role = BoardRole.Editor)
    {
        var clientSeq = _seqs.GetValueOrDefault(client) + 1;
        _seqs[client] = clientSeq;
        var plan = Writer.Plan([new(new(client), clientSeq, op)], actor ?? Ann, role);
        Writer.Commit(plan);
        Log.AddRange(plan.Accepted);
        return plan.Result.Outcomes[0].Refusal;
    }

    public static Transform At(double x, double y, double width = 100, double height = 100, double rotation = 0, string? parent = null) =>
        new(x, y, width, height, rotation, parent is null ? null : new NodeId(parent));

    public static NoteAdd Note(string id, Transform? at = null, string order = "a0", string text = "note") => new(new(id), at ?? At(0, 0), new(order), text);

    public static GroupAdd Group(string id, Transform? at = null, string order = "a0") => new(new(id), at ?? At(0, 0), new(order));

    public static FrameAdd Frame(string id, Transform? at = null, string order = "a0") => new(new(id), at ?? At(0, 0, 512, 512), new(order));

    public static TileAdd Tile(string id, Transform? at = null, string order = "a0", int pixels = 512) => new(new(id), at ?? At(0, 0, 512, 512), new(order), new(new string('a', 64), pixels, pixels));

    public static MaskStroke Brush(double radius, double softness, params double[] xy) =>
        new(StrokeShape.Brush, radius, softness, Erase: false, [.. xy.Chunk(2).Select(pair => new StrokePoint(pair[0], pair[1], 1))]);

    /// <summary>Everything that can be seen, without who wrote it: what "back to the start" means.</summary>
    public static string Visible(BoardState state) => string.Join('\n', state.Layers().Select(static node => JsonSerializer.Serialize(
        new
        {
            node.Kind,
            node.Id,
            Transform = node.Transform.Value,
            Order = node.Order.Value,
            Style = node.Style.Value,
            Text = (node as NoteNode)?.Text.Value,
            Settings = (node as FrameNode)?.Settings.Value,
            (node as TileNode)?.Content,
            Mask = (node switch { FrameNode frame => frame.Mask, TileNode tile => tile.Mask, _ => [] })
                .Where(static entry => !entry.Withdrawn.Value).Select(static entry => new { entry.Id, entry.Action, entry.Stroke }).ToList(),
        },
        CanvasJson.Options)));

    /// <summary>The nodes and the sequence number: what all replicas must agree on (each only knows its own client's progress).</summary>
    public static string Shared(BoardState state) => (BoardSnapshot.From(state) with { Clients = [] }).Write();

    public static void AssertNobodyIsLost(BoardState state)
    {
        foreach (var node in state.Layers())
        {
            if (node.Parent is { } parent)
                Assert.True(state.IsLive(parent) && state.Nodes[parent].Kind == NodeKind.Group, $"{node.Id} lies in {parent}, which is not there.");
        }

        // Layers walks down from the board, IsLive walks up from the node: rings and lost children would make them differ.
        Assert.Equal(
            state.Nodes.Keys.Where(state.IsLive).Select(static id => id.Value).Order(StringComparer.Ordinal),
            state.Layers().Select(static node => node.Id.Value).Order(StringComparer.Ordinal));
    }
}
