namespace CanvasWeb.Canvas.Geometry;

/// <summary>A place in the view, in CSS pixels from its top left corner.</summary>
public readonly record struct ScreenPoint(double X, double Y);
