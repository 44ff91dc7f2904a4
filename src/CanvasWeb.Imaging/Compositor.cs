namespace CanvasWeb.Imaging;

/// <summary>Lays pictures over each other.</summary>
public static class Compositor
{
    /// <summary>
    /// A new picture: <paramref name="top"/> over <paramref name="bottom"/> with its left upper corner at (x, y), cut at the edges.
    /// Porter and Duff 1984, table "A over B", for straight alpha and in the sRGB values themselves, as browsers' canvases do it.
    /// Pixels outside the top picture and under its transparent pixels keep every byte; under its opaque ones nothing shows through.
    /// </summary>
    /// <param name="x">May be negative or past the edge.</param>
    /// <param name="y">May be negative or past the edge.</param>
    public static PixelImage Over(PixelImage bottom, PixelImage top, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(bottom);
        ArgumentNullException.ThrowIfNull(top);
        var result = new PixelImage(bottom.Width, bottom.Height, (byte[])bottom.Rgba.Clone());
        var left = (int)Math.Max(0L, x);
        var upper = (int)Math.Max(0L, y);
        var right = (int)Math.Min(bottom.Width, (long)x + top.Width);
        var lower = (int)Math.Min(bottom.Height, (long)y + top.Height);
        for (var row = upper; row < lower && left < right; row++)
            Over(result.Rgba.AsSpan(result.Offset(left, row), (right - left) * 4), top.Rgba.AsSpan(top.Offset(left - x, row - y), (right - left) * 4));
        return result;
    }

    /// <summary>The same in place for a run of pixels.</summary>
    /// <param name="above">As many pixels as <paramref name="below"/>.</param>
    public static void Over(Span<byte> below, ReadOnlySpan<byte> above)
    {
        if (above.Length != below.Length)
            throw new ArgumentException($"There are {above.Length} bytes for {below.Length}.", nameof(above));
        for (var i = 0; i <= below.Length - 4; i += 4)
            Blend(below.Slice(i, 4), above.Slice(i, 4));
    }

    private static void Blend(Span<byte> below, ReadOnlySpan<byte> above)
    {
        int alpha = above[3];
        switch (alpha)
        {
            case 0:
                return;
            case 255:
                above.CopyTo(below);
                return;
        }

        // Weights in 255ths of 255: the colour is the mean of both weighted by what is seen of each, so nothing is rounded twice.
        var weightAbove = alpha * 255;
        var weightBelow = below[3] * (255 - alpha);
        var sum = weightAbove + weightBelow;
        for (var c = 0; c < 3; c++)
            below[c] = (byte)(((above[c] * weightAbove) + (below[c] * weightBelow) + (sum / 2)) / sum);
        below[3] = (byte)((sum + 127) / 255);
    }
}
