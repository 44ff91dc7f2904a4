namespace CanvasWeb.Contracts;

/// <summary>A rectangle in a crop's pixels.</summary>
public readonly record struct PixelArea(int X, int Y, int Width, int Height);
