namespace CanvasWeb.Canvas.Geometry;

/// <summary>A place on the board. One world unit is one pixel at zoom 1; x grows to the right, y downwards.</summary>
public readonly record struct WorldPoint(double X, double Y)
{
    public static WorldPoint operator +(WorldPoint a, WorldPoint b) => new(a.X + b.X, a.Y + b.Y);

    public static WorldPoint operator -(WorldPoint a, WorldPoint b) => new(a.X - b.X, a.Y - b.Y);

    public double DistanceTo(WorldPoint other) => Math.Sqrt(((X - other.X) * (X - other.X)) + ((Y - other.Y) * (Y - other.Y)));
}
