namespace CanvasWeb.Canvas.Geometry;

/// <summary>How far to move so that things line up, and the guides to show. No offset and no guide if nothing is near.</summary>
public sealed record SnapResult(double Dx, double Dy, IReadOnlyList<SnapGuide> Guides);
