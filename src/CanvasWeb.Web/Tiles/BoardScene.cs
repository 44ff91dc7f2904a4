using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.Tiles;

/// <summary>The tiles of a board that are drawn, the lowest first, mapped to world units. Frames, notes and masks are tools and not part of the picture.</summary>
internal sealed record BoardScene(IReadOnlyList<DrawnTile> Tiles)
{
    /// <param name="only">Ids of tiles and of groups whose tiles are wanted; null for all.</param>
    public static BoardScene Of(BoardState state, IReadOnlySet<NodeId>? only = null)
    {
        var tiles = new List<DrawnTile>();
        foreach (var tile in state.Layers().OfType<TileNode>())
        {
            if (!state.IsShown(tile.Id) || (only is not null && !IsIn(state, tile.Id, only)))
                continue;
            var world = state.WorldTransform(tile.Id);
            var map = Affine.Scaling(world.Width / tile.Content.PixelWidth, world.Height / tile.Content.PixelHeight).Then(world.ToParent());
            tiles.Add(new(tile.Content, map, Opacity(state, tile.Id)));
        }

        return new(tiles);
    }

    /// <summary>The smallest rectangle around all of it; empty for an empty scene.</summary>
    public WorldRect Bounds() => Tiles.Aggregate(default(WorldRect), static (bounds, tile) => bounds.Union(tile.Bounds()));

    /// <summary>The same tiles mapped on to pixels.</summary>
    public BoardScene Mapped(Affine toPixels) => new([.. Tiles.Select(tile => tile with { Map = tile.Map.Then(toPixels) })]);

    /// <summary>Is a node, or a group that it is in, among those that are wanted?</summary>
    public static bool IsIn(BoardState state, NodeId id, IReadOnlySet<NodeId> wanted)
    {
        for (NodeId? at = id; at is { } current; at = state.Nodes[current].Parent)
        {
            if (wanted.Contains(current))
                return true;
        }

        return false;
    }

    // A group's opacity fades each of its members, as the canvas draws it; not the group as one picture.
    private static double Opacity(BoardState state, NodeId id)
    {
        var opacity = 1.0;
        for (NodeId? at = id; at is { } current; at = state.Nodes[current].Parent)
            opacity *= Math.Clamp(state.Nodes[current].Style.Value.Opacity, 0, 1);
        return opacity;
    }
}
