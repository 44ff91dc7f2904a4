using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Tests;

/// <summary>Makes what a person might do next on a board, and sometimes what only a broken client would send.</summary>
internal sealed class RandomOps(Random random, ClientId client)
{
    private int _made;

    /// <summary>False leaves out what refers to nodes that are gone.</summary>
    public bool Wild { get; init; } = true;

    public BoardOp Next(BoardState view)
    {
        var live = view.Layers();
        if (live.Count == 0 || random.Next(100) < 25)
            return Add(view);
        var node = Wild && random.Next(20) == 0 ? random.Pick(view.Nodes.Values.OrderBy(static n => n.Id.Value, StringComparer.Ordinal).ToList()) : random.Pick(live);
        switch (random.Next(12))
        {
            case 0:
                return new NodeDelete(node.Id);
            case 1:
                var gone = view.Nodes.Values.Where(n => !n.Alive.Value && (Wild || n.Parent is not { } parent || view.IsLive(parent))).OrderBy(static n => n.Id.Value, StringComparer.Ordinal).ToList();
                return gone.Count > 0 ? new NodeRestore(random.Pick(gone).Id) : Add(view);
            case 2 or 3 or 4:
                return new NodeSet(node.Id, Transform: Place(view, node.Kind, node.Id));
            case 5:
                return new NodeSet(node.Id, Order: Key(view));
            case 6:
                return new NodeSet(node.Id, Style: Style(), Order: random.Next(2) == 0 ? Key(view) : null);
            default:
                return node switch
                {
                    NoteNode => new NodeSet(node.Id, Text: $"words {random.Next(1000)}", Transform: random.Next(3) == 0 ? Place(view, node.Kind, node.Id) : null),
                    FrameNode when random.Next(2) == 0 => new NodeSet(node.Id, Settings: new($"a fox {random.Next(1000)}", Count: random.Next(1, 9))),
                    FrameNode or TileNode => Mask(node),
                    _ => new NodeSet(node.Id, Style: Style()),
                };
        }
    }

    private BoardOp Add(BoardState view)
    {
        var id = new NodeId($"{client}-{++_made}");
        return random.Next(4) switch
        {
            0 => new FrameAdd(id, Place(view, NodeKind.Frame, id), Key(view), Settings: random.Next(2) == 0 ? new("a boat") : null),
            1 => new TileAdd(id, Place(view, NodeKind.Tile, id), Key(view), new(new string('b', 64), 64, 64)),
            2 => new NoteAdd(id, Place(view, NodeKind.Note, id), Key(view), "hello"),
            _ => new GroupAdd(id, Place(view, NodeKind.Group, id), Key(view)),
        };
    }

    private BoardOp Mask(BoardNode node)
    {
        var own = OpRules.MaskOf(node)!.FindAll(entry => entry.Id.Client == client);
        return random.Next(8) switch
        {
            0 => new MaskClear(node.Id),
            1 => new MaskFill(node.Id),
            2 => new MaskInvert(node.Id),
            3 when own.Count > 0 => new MaskWithdraw(node.Id, random.Pick(own).Id, random.Next(2) == 0),
            _ => new MaskPaint(node.Id, TestBoard.Brush(random.Next(1, 30), random.NextDouble(), random.Next(100), random.Next(100), random.Next(100), random.Next(100)) with { Erase = random.Next(4) == 0 }),
        };
    }

    private Transform Place(BoardState view, NodeKind kind, NodeId id)
    {
        var groups = view.Layers().Where(node => node.Kind == NodeKind.Group && (Wild || node.Id != id)).ToList();
        var parent = groups.Count > 0 && random.Next(3) == 0 ? random.Pick(groups).Id : (NodeId?)null;
        return new(random.Next(-500, 500), random.Next(-500, 500), random.Next(32, 300), random.Next(32, 300), kind == NodeKind.Frame ? 0 : random.Next(-180, 180), parent);
    }

    private OrderKey Key(BoardState view)
    {
        var keys = view.Layers().Select(static node => node.Order.Value).Distinct().Order().ToList();
        var at = random.Next(keys.Count + 1);
        return OrderKey.Between(at == 0 ? null : keys[at - 1], at == keys.Count ? null : keys[at], client);
    }

    private NodeStyle Style() => new(random.Next(0, 11) / 10.0, random.Next(5) == 0, random.Next(5) == 0, Name: random.Next(2) == 0 ? $"name {random.Next(9)}" : null);
}
