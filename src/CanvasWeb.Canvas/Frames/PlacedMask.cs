using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Frames;

/// <summary>A mask where it lies on the board.</summary>
/// <param name="ToWorld">From the mask's coordinates (a tile's pixels; the board itself for a frame) to the board.</param>
/// <param name="Host">What it belongs to: a fill or an inversion ends at its edges.</param>
public sealed record PlacedMask(IReadOnlyList<MaskEntry> Entries, Affine ToWorld, Transform Host);
