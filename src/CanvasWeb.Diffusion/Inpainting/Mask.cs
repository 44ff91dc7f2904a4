namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// A graded mask: 1 = make anew, 0 = keep, values between give the strength (differential diffusion). Never rounded: a mask cut at
/// one half draws a seam along its 50 % line.
/// </summary>
public sealed class Mask
{
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values"><c>width * height</c> values in 0..1, rows from the top; not copied.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public Mask(int width, int height, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)width * height)
            throw new ArgumentException($"A {width} x {height} mask has {(long)width * height} values, not {values.LongLength}.", nameof(values));
        Width = width;
        Height = height;
        Values = values;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Rows from the top, 0..1.</summary>
    public float[] Values { get; }
}
