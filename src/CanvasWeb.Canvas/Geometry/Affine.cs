namespace CanvasWeb.Canvas.Geometry;

/// <summary>
/// A flat affine map, in the order that canvas.setTransform takes: x' = A x + C y + E, y' = B x + D y + F.
/// </summary>
public readonly record struct Affine(double A, double B, double C, double D, double E, double F)
{
    public static Affine Identity => new(1, 0, 0, 1, 0, 0);

    public double Determinant => (A * D) - (B * C);

    /// <summary>By how much lengths grow on the average: the root of the area's growth.</summary>
    public double Scale => Math.Sqrt(Math.Abs(Determinant));

    public static Affine Translation(double dx, double dy) => new(1, 0, 0, 1, dx, dy);

    public static Affine Scaling(double sx, double sy) => new(sx, 0, 0, sy, 0, 0);

    public WorldPoint Map(WorldPoint point) => Map(point.X, point.Y);

    public WorldPoint Map(double x, double y) => new((A * x) + (C * y) + E, (B * x) + (D * y) + F);

    /// <summary>First this map, then <paramref name="next"/>.</summary>
    public Affine Then(Affine next) => new(
        (next.A * A) + (next.C * B),
        (next.B * A) + (next.D * B),
        (next.A * C) + (next.C * D),
        (next.B * C) + (next.D * D),
        (next.A * E) + (next.C * F) + next.E,
        (next.B * E) + (next.D * F) + next.F);

    /// <exception cref="InvalidOperationException">The map flattens the plane.</exception>
    public Affine Inverse()
    {
        var determinant = Determinant;
        if (determinant == 0 || !double.IsFinite(determinant))
            throw new InvalidOperationException("A map that flattens the plane has no inverse.");
        return new(
            D / determinant,
            -B / determinant,
            -C / determinant,
            A / determinant,
            ((C * F) - (D * E)) / determinant,
            ((B * E) - (A * F)) / determinant);
    }
}
