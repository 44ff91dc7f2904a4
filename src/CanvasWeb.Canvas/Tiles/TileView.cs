using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Tiles;

/// <summary>A picture where it lies on the board.</summary>
/// <param name="World">Without a parent: groups unwound.</param>
public readonly record struct TileView(string Sha256, PixelSize Pixels, Transform World);
