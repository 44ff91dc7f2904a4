using System.Globalization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Tiles;

namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>Pictures as their owner sees them: by the tile's own address, since the public one may not exist.</summary>
internal static class DeskPictures
{
    /// <param name="side">About how many pixels the longer side needs.</param>
    public static string Source(GalleryItem item, double side) => Source(item.Sha256, item.Size, side);

    /// <param name="side">About how many pixels the longer side needs.</param>
    public static string Source(string sha256, PixelSize size, double side)
    {
        var levels = TilePyramid.Levels(size).Count;
        var level = TilePyramid.LevelFor(levels, side / Math.Max(size.Width, size.Height));
        return $"/tiles/{sha256}/{level.ToString(CultureInfo.InvariantCulture)}.webp";
    }
}
