namespace CanvasWeb.Imaging;

/// <summary>
/// Between straight alpha, which files and <see cref="PixelImage"/> have, and premultiplied alpha, which averaging needs: a transparent
/// pixel's colour must not bleed into its neighbours. Both directions work in place on rows of R, G, B, A.
/// </summary>
public static class PremultipliedAlpha
{
    /// <summary>Multiplies colours with alpha / 255, rounded. Opaque pixels keep every byte.</summary>
    /// <exception cref="ArgumentException">The length is not a multiple of four.</exception>
    public static void Premultiply(Span<byte> rgba)
    {
        CheckLength(rgba);
        for (var i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha == 255)
                continue;
            for (var c = i; c < i + 3; c++)
                rgba[c] = (byte)(((rgba[c] * alpha) + 127) / 255);
        }
    }

    /// <summary>
    /// Divides colours by alpha / 255, rounded and clamped. Opaque pixels keep every byte; where alpha is 0 the colours become 0; in
    /// between, the lower alpha was, the fewer levels come back.
    /// </summary>
    /// <exception cref="ArgumentException">The length is not a multiple of four.</exception>
    public static void Unpremultiply(Span<byte> rgba)
    {
        CheckLength(rgba);
        for (var i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha == 255)
                continue;
            for (var c = i; c < i + 3; c++)
                rgba[c] = alpha == 0 ? (byte)0 : (byte)Math.Min(255, ((rgba[c] * 255) + (alpha / 2)) / alpha);
        }
    }

    /// <summary>Whether every alpha is 255.</summary>
    public static bool IsOpaque(ReadOnlySpan<byte> rgba)
    {
        for (var i = 3; i < rgba.Length; i += 4)
        {
            if (rgba[i] != byte.MaxValue)
                return false;
        }

        return true;
    }

    private static void CheckLength(ReadOnlySpan<byte> rgba)
    {
        if (rgba.Length % 4 != 0)
            throw new ArgumentException("RGBA pixels have four bytes each.", nameof(rgba));
    }
}
