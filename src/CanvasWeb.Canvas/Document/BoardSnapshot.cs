using System.Collections.Immutable;
using System.Text.Json;
using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// A board as it is stored and sent, so that nobody replays a long log. Canonical: equal states give equal bytes, which is also how the
/// tests compare replicas.
/// </summary>
/// <param name="V">The version of the ops that made it.</param>
/// <param name="Seq">The last op in it.</param>
/// <param name="Nodes">By id.</param>
/// <param name="Clients">By id.</param>
public sealed record BoardSnapshot(int V, long Seq, ImmutableArray<BoardNode> Nodes, ImmutableArray<SnapshotClient> Clients)
{
    public static BoardSnapshot From(BoardState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new(
            BoardOp.CurrentVersion,
            state.Seq,
            [.. state.Nodes.Values.OrderBy(static node => node.Id.Value, StringComparer.Ordinal)],
            [.. state.Clients.OrderBy(static entry => entry.Key.Value, StringComparer.Ordinal).Select(static entry => new SnapshotClient(entry.Key, entry.Value.Actor, entry.Value.LastClientSeq))]);
    }

    /// <exception cref="JsonException">Not a snapshot of this version.</exception>
    public static BoardSnapshot Read(string json)
    {
        var snapshot = JsonSerializer.Deserialize<BoardSnapshot>(json, CanvasJson.Options) ?? throw new JsonException("A snapshot is an object.");
        return snapshot.V == BoardOp.CurrentVersion ? snapshot : throw new JsonException($"Snapshots of version {snapshot.V} are not known here.");
    }

    public string Write() => JsonSerializer.Serialize(this, CanvasJson.Options);

    public BoardState ToState() => new(
        Seq,
        Nodes.ToImmutableDictionary(static node => node.Id),
        Clients.ToImmutableDictionary(static client => client.Client, static client => new ClientProgress(client.Actor, client.LastClientSeq)))
    {
        MaskPoints = Nodes.Sum(static node => OpRules.MaskOf(node)?.Sum(static entry => (long)(entry.Stroke?.Points.Length ?? 0)) ?? 0),
    };

    /// <summary>What one client needs: a board that a thousand tabs have visited need not tell each about the others.</summary>
    public BoardSnapshot For(ClientId client) => this with { Clients = Clients.RemoveAll(entry => entry.Client != client) };
}
