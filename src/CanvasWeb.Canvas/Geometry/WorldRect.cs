using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Geometry;

/// <summary>An upright rectangle in world units. Width and height are never negative; a rectangle without area is empty.</summary>
public readonly record struct WorldRect(double X, double Y, double Width, double Height)
{
    [JsonIgnore]
    public double Right => X + Width;

    [JsonIgnore]
    public double Bottom => Y + Height;

    [JsonIgnore]
    public WorldPoint Centre => new(X + (Width / 2), Y + (Height / 2));

    [JsonIgnore]
    public WorldSize Size => new(Width, Height);

    [JsonIgnore]
    public double Area => IsEmpty ? 0 : Width * Height;

    [JsonIgnore]
    public bool IsEmpty => !(Width > 0 && Height > 0);

    public static WorldRect FromEdges(double left, double top, double right, double bottom) => new(left, top, Math.Max(0, right - left), Math.Max(0, bottom - top));

    public static WorldRect Around(WorldPoint centre, WorldSize size) => new(centre.X - (size.Width / 2), centre.Y - (size.Height / 2), size.Width, size.Height);

    /// <summary>The smallest rectangle that holds all points; null for no points.</summary>
    public static WorldRect? Bounds(IEnumerable<WorldPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        double left = double.PositiveInfinity, top = double.PositiveInfinity, right = double.NegativeInfinity, bottom = double.NegativeInfinity;
        foreach (var point in points)
        {
            left = Math.Min(left, point.X);
            top = Math.Min(top, point.Y);
            right = Math.Max(right, point.X);
            bottom = Math.Max(bottom, point.Y);
        }

        return left > right ? null : FromEdges(left, top, right, bottom);
    }

    /// <summary>True for points inside and on the left and top edge; the right and bottom edge belong to the neighbour.</summary>
    public bool Contains(WorldPoint point) => point.X >= X && point.X < Right && point.Y >= Y && point.Y < Bottom;

    public bool Contains(WorldRect other) => other.X >= X && other.Y >= Y && other.Right <= Right && other.Bottom <= Bottom;

    /// <summary>True if the two share area; touching edges do not.</summary>
    public bool Overlaps(WorldRect other) => !Intersect(other).IsEmpty;

    public WorldRect Intersect(WorldRect other) =>
        FromEdges(Math.Max(X, other.X), Math.Max(Y, other.Y), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));

    /// <summary>The smallest rectangle that holds both; an empty one adds nothing.</summary>
    public WorldRect Union(WorldRect other)
    {
        if (IsEmpty)
            return other;
        return other.IsEmpty ? this : FromEdges(Math.Min(X, other.X), Math.Min(Y, other.Y), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
    }

    /// <summary>Moves every edge outwards by <paramref name="margin"/>, or inwards if it is negative.</summary>
    public WorldRect Inflate(double margin) => Inflate(margin, margin);

    public WorldRect Inflate(double horizontal, double vertical) => FromEdges(X - horizontal, Y - vertical, Right + horizontal, Bottom + vertical);

    /// <summary>Edges moved outwards to whole units, so that the rectangle is a whole number of pixels at zoom 1.</summary>
    public WorldRect SnapOut()
    {
        // A hair inwards first: 511.9999999 that was meant as 512 must not become 513 on the other side.
        const double hair = 1e-6;
        return FromEdges(Math.Floor(X + hair), Math.Floor(Y + hair), Math.Ceiling(Right - hair), Math.Ceiling(Bottom - hair));
    }

    public WorldRect Offset(double dx, double dy) => new(X + dx, Y + dy, Width, Height);
}
