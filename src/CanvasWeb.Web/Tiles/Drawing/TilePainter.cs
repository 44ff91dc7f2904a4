using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Tiles.Drawing;

/// <summary>Draws tiles over each other, fetching of each the level of detail that the size asks for.</summary>
internal sealed class TilePainter(TilePixels pixels)
{
    /// <summary>Draws the tiles that touch the target, the first lowest. Tiles whose picture is unknown are left out.</summary>
    /// <param name="tiles">Mapped to the target's pixels.</param>
    /// <param name="isExact">True makes smaller sizes from the pictures themselves; false takes the stored levels, which is quick and good enough for a thumbnail.</param>
    public async Task PaintAsync(PixelImage target, IEnumerable<DrawnTile> tiles, bool isExact, CancellationToken cancellationToken)
    {
        var all = new WorldRect(0, 0, target.Width, target.Height);
        foreach (var tile in tiles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tile.Opacity <= 0 || !tile.Bounds().Overlaps(all))
                continue;
            if (await PictureAsync(tile, isExact, cancellationToken) is not { } picture)
                continue;

            // The level's own pixels are a little larger than halves where a side was odd; and what an op says of a picture's size may be wrong.
            var toTold = Affine.Scaling((double)tile.Content.PixelWidth / picture.Width, (double)tile.Content.PixelHeight / picture.Height);
            PictureDrawing.Draw(target, picture, toTold.Then(tile.Map), tile.Opacity);
        }
    }

    private Task<PixelImage?> PictureAsync(DrawnTile tile, bool isExact, CancellationToken cancellationToken)
    {
        var map = tile.Map;
        var density = Math.Max(Math.Sqrt((map.A * map.A) + (map.B * map.B)), Math.Sqrt((map.C * map.C) + (map.D * map.D)));
        var levels = TilePyramid.Levels(new(tile.Content.PixelWidth, tile.Content.PixelHeight)).Count;
        var level = TilePyramid.LevelFor(levels, density);
        return isExact ? pixels.HalvedAsync(tile.Content.Sha256, level, cancellationToken) : pixels.LevelAsync(tile.Content.Sha256, level, cancellationToken);
    }
}
