using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Tiles.Drawing;

/// <summary>A tile to draw.</summary>
/// <param name="Map">From the pixels that <paramref name="Content"/> tells of to the space that it is drawn in.</param>
/// <param name="Opacity">0 to 1.</param>
internal readonly record struct DrawnTile(TileContent Content, Affine Map, double Opacity)
{
    /// <summary>The smallest upright rectangle around it, in the space that it is drawn in.</summary>
    public WorldRect Bounds() => WorldRect.Bounds(
    [
        Map.Map(0, 0),
        Map.Map(Content.PixelWidth, 0),
        Map.Map(0, Content.PixelHeight),
        Map.Map(Content.PixelWidth, Content.PixelHeight),
    ]) ?? default;
}
