namespace CanvasWeb.Canvas.Geometry;

/// <summary>A rectangle of whole pixels inside a picture.</summary>
public readonly record struct PixelRect(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;
}
