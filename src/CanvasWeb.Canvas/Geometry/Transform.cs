using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Canvas.Geometry;

/// <summary>
/// Where a node is: ONE property of the document, written and merged as a whole. Merged apart, a new parent with the old coordinates
/// would fling the shape across the board.
/// </summary>
/// <param name="X">Left edge before turning, in the parent's coordinates (world units).</param>
/// <param name="Y">Top edge before turning.</param>
/// <param name="Width">World units, above 0.</param>
/// <param name="Height">World units, above 0.</param>
/// <param name="Rotation">Degrees clockwise around the rectangle's centre.</param>
/// <param name="Parent">The group that it lies in; null is the board itself.</param>
public sealed record Transform(double X, double Y, double Width, double Height, double Rotation = 0, NodeId? Parent = null)
{
    private WorldPoint Centre => new(X + (Width / 2), Y + (Height / 2));

    /// <summary>From the node's own coordinates (origin at its top left corner, world units) to the parent's.</summary>
    public Affine ToParent()
    {
        var (sin, cos) = Angle.SinCos(Rotation);
        var (cx, cy) = (Width / 2, Height / 2);

        // Move the centre to the origin, turn, and move it to where it belongs.
        return new(cos, sin, -sin, cos, X + cx - (cos * cx) + (sin * cy), Y + cy - (sin * cx) - (cos * cy));
    }

    /// <summary>The same place told in the coordinates in which <paramref name="parent"/> itself is told; turning adds up, sizes stay.</summary>
    public Transform Within(Transform parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        var centre = parent.ToParent().Map(Centre);
        return new(centre.X - (Width / 2), centre.Y - (Height / 2), Width, Height, Angle.Normalise(Rotation + parent.Rotation), parent.Parent);
    }

    /// <summary>The four corners in the parent's coordinates: top left, top right, bottom right, bottom left (before turning).</summary>
    public IReadOnlyList<WorldPoint> Corners()
    {
        var map = ToParent();
        return [map.Map(0, 0), map.Map(Width, 0), map.Map(Width, Height), map.Map(0, Height)];
    }

    /// <summary>The smallest upright rectangle around the turned one, in the parent's coordinates.</summary>
    public WorldRect Bounds()
    {
        // Without turning the sum X + Width is used as it is: four mapped corners would cost the last bit.
        if (Angle.Normalise(Rotation) is 0 or -180)
            return new(X, Y, Width, Height);
        var (sin, cos) = Angle.SinCos(Rotation);
        var size = new WorldSize((Math.Abs(cos) * Width) + (Math.Abs(sin) * Height), (Math.Abs(sin) * Width) + (Math.Abs(cos) * Height));
        return WorldRect.Around(Centre, size);
    }

    /// <summary>True if the point (in the parent's coordinates) lies in the turned rectangle, widened by <paramref name="slop"/> world units for fingers.</summary>
    public bool Hit(WorldPoint point, double slop = 0)
    {
        var (sin, cos) = Angle.SinCos(Rotation);
        var (dx, dy) = (point.X - Centre.X, point.Y - Centre.Y);
        var (localX, localY) = ((cos * dx) + (sin * dy), (cos * dy) - (sin * dx));
        return Math.Abs(localX) <= (Width / 2) + slop && Math.Abs(localY) <= (Height / 2) + slop;
    }
}
