using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries;

/// <summary>
/// The pictures of a board as a person counts them. A fill or an extension is a tile of its own with soft edges that lies over what it belongs to:
/// hung by itself it would be a patch cut out of nowhere. So see-through tiles and whatever they lie over hang as the one picture that they look like.
/// </summary>
internal sealed class BoardPictures(BoardRenderer renderer, TileStore store, IOptions<GalleriesOptions> options)
{
    /// <param name="nodes">Tiles, and groups for all tiles in them; null for the whole board.</param>
    /// <param name="userId">Whose the pictures are that have to be made for it.</param>
    /// <returns>In painting order.</returns>
    public async Task<IReadOnlyList<PickedPicture>> OfAsync(BoardState state, string boardId, IReadOnlyCollection<NodeId>? nodes, string userId, CancellationToken cancellationToken)
    {
        var wanted = nodes?.ToHashSet();
        var tiles = state.Layers().OfType<TileNode>().Where(tile => state.IsShown(tile.Id) && (wanted is null || BoardScene.IsIn(state, tile.Id, wanted))).ToList();
        var picked = new List<PickedPicture>();
        foreach (var one in Together(state, tiles))
        {
            var top = one[^1];
            var key = GalleryItem.KeyOf(boardId, top.Id);
            picked.Add(one.Count == 1
                ? new(key, boardId, top.Content, state.WorldTransform(top.Id))
                : await MergeAsync(state, one, key, boardId, userId, cancellationToken));
        }

        return picked;
    }

    // Tiles that are one picture, each group and the groups themselves in painting order of their topmost tile.
    private static List<List<TileNode>> Together(BoardState state, List<TileNode> tiles)
    {
        var bounds = tiles.ConvertAll(tile => state.WorldTransform(tile.Id).Bounds());
        var group = Enumerable.Range(0, tiles.Count).ToArray();
        for (var upper = 0; upper < tiles.Count; upper++)
        {
            // Opaque everywhere: it hides what is below and belongs to nothing.
            if (tiles[upper].Content.Solid is null)
                continue;
            for (var lower = 0; lower < upper; lower++)
            {
                if (!bounds[upper].Overlaps(bounds[lower]))
                    continue;
                var (from, to) = (group[lower], group[upper]);
                for (var i = 0; i < group.Length; i++)
                    group[i] = group[i] == from ? to : group[i];
            }
        }

        return [.. Enumerable.Range(0, tiles.Count).GroupBy(i => group[i]).OrderBy(static members => members.Max()).Select(members => members.Select(i => tiles[i]).ToList())];
    }

    private async Task<PickedPicture> MergeAsync(BoardState state, List<TileNode> tiles, string key, string boardId, string userId, CancellationToken cancellationToken)
    {
        var only = tiles.Select(static tile => tile.Id).ToHashSet();
        var rect = BoardScene.Of(state, only).Bounds();

        // As sharp as its sharpest tile, within the bound of one picture.
        var density = tiles.Max(tile => state.WorldTransform(tile.Id) is var world ? Math.Max(tile.Content.PixelWidth / world.Width, tile.Content.PixelHeight / world.Height) : 0);
        density = Math.Min(density, Math.Sqrt(options.Value.MergedPixels / rect.Area));
        var size = new PixelSize(Math.Max(1, (int)Math.Floor(rect.Width * density)), Math.Max(1, (int)Math.Floor(rect.Height * density)));
        var content = await store.AddAsync(await renderer.RenderAsync(state, rect, size, only, cancellationToken), TileOrigin.Merged, userId, cancellationToken);
        return new(key, boardId, content, new(rect.X, rect.Y, rect.Width, rect.Height), tiles[0].Content);
    }
}
