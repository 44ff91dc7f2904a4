namespace CanvasWeb.Canvas.Geometry;

/// <summary>A line to draw while dragging: where two things line up.</summary>
/// <param name="IsVertical">True for a line at x = <paramref name="Position"/>, false for one at y.</param>
/// <param name="Position">World units.</param>
/// <param name="From">Where the line starts on the other axis.</param>
/// <param name="To">Where it ends.</param>
public readonly record struct SnapGuide(bool IsVertical, double Position, double From, double To);
