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
    public static (double Sin, double Cos) SinCos(double degrees) => Normalise(degrees) switch
    {
        0 => (0, 1),
        90 => (1, 0),
        -90 => (-1, 0),
        -180 => (0, -1),
        var other => Math.SinCos(other * Math.PI / 180),
    };
}
