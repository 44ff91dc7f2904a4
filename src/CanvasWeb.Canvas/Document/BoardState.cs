using System.Collections.Immutable;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document;

/// <summary>A board after a number of ops. Immutable: replicas keep the confirmed state and build the optimistic one on top.</summary>
/// <param name="Seq">The last op of the log that is in here; 0 for a new board.</param>
/// <param name="Nodes">All nodes, tombstones included.</param>
/// <param name="Clients">How far each client's ops are in here.</param>
public sealed record BoardState(long Seq, ImmutableDictionary<NodeId, BoardNode> Nodes, ImmutableDictionary<ClientId, ClientProgress> Clients)
{
    public static BoardState Empty { get; } = new(0, ImmutableDictionary<NodeId, BoardNode>.Empty, ImmutableDictionary<ClientId, ClientProgress>.Empty);

    /// <summary>Points of all strokes of all masks: what a board's paint takes of memory.</summary>
    public long MaskPoints { get; init; }

    public BoardNode? Find(NodeId id) => Nodes.GetValueOrDefault(id);

    /// <summary>True if the node and every group around it are there and not deleted.</summary>
    public bool IsLive(NodeId id)
    {
        // The parents never form a ring: every op that sets one is checked against the whole chain, tombstones included.
        for (NodeId? at = id; at is { } current; at = Nodes[current].Parent)
        {
            if (Find(current) is not { Alive.Value: true })
                return false;
        }

        return true;
    }

    /// <summary>True if the node is live and neither it nor a group around it is hidden.</summary>
    public bool IsShown(NodeId id)
    {
        if (!IsLive(id))
            return false;
        for (NodeId? at = id; at is { } current; at = Nodes[current].Parent)
        {
            if (Nodes[current].Style.Value.Hidden)
                return false;
        }

        return true;
    }

    /// <summary>Where a node is on the board itself, groups unwound; also told for tombstones.</summary>
    /// <exception cref="KeyNotFoundException">There was never such a node.</exception>
    public Transform WorldTransform(NodeId id)
    {
        var transform = Nodes[id].Transform.Value;
        while (transform.Parent is { } parent)
            transform = transform.Within(Nodes[parent].Transform.Value);
        return transform;
    }

    /// <summary>All live nodes in painting order, the lowest first: a group is followed by what lies in it.</summary>
    public IReadOnlyList<BoardNode> Layers()
    {
        // Live nodes only have live parents, so one walk from the board downwards finds exactly the live ones.
        var children = Nodes.Values.Where(static node => node.Alive.Value).ToLookup(static node => node.Parent);
        var layers = new List<BoardNode>();
        Visit(null);
        return layers;

        void Visit(NodeId? parent)
        {
            foreach (var node in children[parent].Order(LayerOrder.Instance))
            {
                layers.Add(node);
                if (node.Kind == NodeKind.Group)
                    Visit(node.Id);
            }
        }
    }

    /// <summary>The topmost shown node under a point of the board, groups excepted; null if there is none.</summary>
    public BoardNode? HitTest(WorldPoint point, double slop = 0) =>
        Layers().LastOrDefault(node => node.Kind != NodeKind.Group && IsShown(node.Id) && WorldTransform(node.Id).Hit(point, slop));

    /// <summary>How many groups are around a node.</summary>
    internal int Depth(NodeId? parent)
    {
        var depth = 0;
        for (var at = parent; at is { } current; at = Nodes[current].Parent)
            depth++;
        return depth;
    }

    /// <summary>How many levels lie in a node, tombstones included since they may come back: 0 for anything but a group with members.</summary>
    internal int Height(NodeId id)
    {
        if (Find(id) is not GroupNode)
            return 0;

        // One pass over the board, whatever the number of groups in groups.
        var members = Nodes.Values.Where(static node => node.Parent is not null).ToLookup(static node => node.Parent);
        return Below(id);

        int Below(NodeId group) => members[group].Select(node => 1 + (node.Kind == NodeKind.Group ? Below(node.Id) : 0)).DefaultIfEmpty(0).Max();
    }

    private sealed class LayerOrder : IComparer<BoardNode>
    {
        public static readonly LayerOrder Instance = new();

        public int Compare(BoardNode? x, BoardNode? y)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(y);

            // Not by who wrote the key last: an undo writes too, and would then turn two layers with the same key around.
            var order = x.Order.Value.CompareTo(y.Order.Value);
            return order == 0 ? string.CompareOrdinal(x.Id.Value, y.Id.Value) : order;
        }
    }
}
