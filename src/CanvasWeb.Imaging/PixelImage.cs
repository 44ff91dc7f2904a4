namespace CanvasWeb.Imaging;

/// <summary>
/// A decoded picture in memory: 8-bit sRGB with straight (not premultiplied) alpha, rows from the top, four bytes a pixel (R, G, B, A).
/// Plain managed memory: nothing to dispose.
/// </summary>
public sealed class PixelImage
{
    /// <summary>Wraps existing pixels; the array is not copied.</summary>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgba">Exactly <c>width * height * 4</c> bytes.</param>
    /// <exception cref="ArgumentException">The size is not positive or the array has another length.</exception>
    public PixelImage(int width, int height, byte[] rgba)
    {
        ArgumentNullException.ThrowIfNull(rgba);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgba.LongLength != (long)width * height * 4)
            throw new ArgumentException($"A {width} x {height} RGBA picture has {(long)width * height * 4} bytes, not {rgba.LongLength}.", nameof(rgba));
        Width = width;
        Height = height;
        Rgba = rgba;
    }

    /// <summary>An all-zero (transparent black) picture.</summary>
    public PixelImage(int width, int height)
        : this(width, height, new byte[checked(width * height * 4)])
    {
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The pixels themselves; writing here changes the picture.</summary>
    public byte[] Rgba { get; }

    /// <summary>Byte offset of pixel (x, y).</summary>
    public int Offset(int x, int y) => ((y * Width) + x) * 4;
}
