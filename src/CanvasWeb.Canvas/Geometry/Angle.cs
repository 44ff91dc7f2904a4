namespace CanvasWeb.Canvas.Geometry;

/// <summary>Angles are degrees, clockwise as one sees them (y grows downwards).</summary>
public static class Angle
{
    /// <summary>The same direction in [-180, 180).</summary>
    public static double Normalise(double degrees)
    {
        var turned = (degrees + 180) % 360;
        return (turned < 0 ? turned + 360 : turned) - 180;
    }

    /// <summary>Sine and cosine, exact at quarter turns, so that a tile turned by 90 degrees keeps whole-pixel edges.</summary>
    /// <remarks>
    /// Not <see cref="Math.SinCos"/>: the C library and a browser's engine differ in the last bit, and a node lifted out of a turned group
    /// (the one place where the reducer calculates) would then differ between replicas. Here only sums, products and quotients are taken,
    /// which IEEE 754 fixes to the bit; wwwroot/js/canvas/geometry/angle.js does the same in the same order. Taylor's series within an
    /// eighth of a turn; what is left out is below half a unit of the last place.
    /// </remarks>
    public static (double Sin, double Cos) SinCos(double degrees)
    {
        var turn = Normalise(degrees);
        var quarters = Math.Floor((turn + 45) / 90);
        var x = (turn - (quarters * 90)) * Math.PI / 180;
        var z = x * x;
        var sin = x * (1 - (z / 6 * (1 - (z / 20 * (1 - (z / 42 * (1 - (z / 72 * (1 - (z / 110 * (1 - (z / 156 * (1 - (z / 210))))))))))))));
        var cos = 1 - (z / 2 * (1 - (z / 12 * (1 - (z / 30 * (1 - (z / 56 * (1 - (z / 90 * (1 - (z / 132 * (1 - (z / 182 * (1 - (z / 240)))))))))))))));

        // "0 -" and not "-": the negative of zero is a zero with a sign, which JSON tells apart.
        return quarters switch
        {
            0 => (sin, cos),
            1 => (cos, 0 - sin),
            -1 => (-cos, sin),
            _ => (0 - sin, -cos),
        };
    }
}
