using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Frames;

/// <summary>A picture to draw into the crop.</summary>
/// <param name="ToCrop">From the picture's pixels to the crop's.</param>
public sealed record PlanSource(PlacedTile Tile, Affine ToCrop);
