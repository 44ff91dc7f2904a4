namespace CanvasWeb.Canvas.Masks;

/// <summary>A point of a stroke.</summary>
/// <param name="Pressure">0 to 1; the radius is the brush's times this. A mouse sends 1.</param>
public readonly record struct StrokePoint(double X, double Y, double Pressure);
