namespace CanvasWeb.Canvas.Geometry;

/// <summary>A width and a height in world units.</summary>
public readonly record struct WorldSize(double Width, double Height)
{
    public double Area => Width * Height;
}
