namespace CanvasWeb.Canvas.Geometry;

/// <summary>The size of the view in CSS pixels.</summary>
public readonly record struct ScreenSize(double Width, double Height);
