using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// How visible the border of an edit is. The border's pairs are all neighbours (horizontal or vertical) of which one is kept (mask 0) and the
/// other painted (mask above 0). With reach r the pair is pulled apart along its own direction by r pixels to each side; the step of a
/// pair is the mean over R, G and B of the absolute difference of its two ends, in levels of 255. The score is the mean step over all pairs
/// divided by the mean step of the same pairs in a reference: 1 = no seam, larger = a line can be seen, smaller = a smear.
/// </summary>
/// <remarks>
/// Reach 0 is the gradient across the border itself. A feather hides a colour shift from it, but not from a reach beyond the feather: look at both.
/// Pairs that leave the picture or touch a fully transparent pixel of the result are left out.
/// </remarks>
public static class SeamScore
{
    /// <summary>A quarter of a level: keeps a border through perfectly flat colour from dividing by 0.</summary>
    private const double Flat = 0.25;

    /// <summary>Against the real picture.</summary>
    /// <param name="result">The edited picture.</param>
    /// <param name="mask">What was painted, of the same size.</param>
    /// <param name="reference">The real picture, of the same size.</param>
    /// <param name="reachPx">0 or more.</param>
    /// <returns>The score; 1 when the border has no pairs.</returns>
    public static double AgainstReference(PixelImage result, Mask mask, PixelImage reference, int reachPx = 0)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Check(result, mask);
        if (reference.Width != result.Width || reference.Height != result.Height)
            throw new ArgumentException($"The reference is {reference.Width} x {reference.Height}, the result {result.Width} x {result.Height}.", nameof(reference));
        var (made, pairs) = Steps(result, result, mask, reachPx, 0);
        var (real, _) = Steps(reference, result, mask, reachPx, 0);
        return pairs == 0 ? 1 : (made + (Flat * pairs)) / (real + (Flat * pairs));
    }

    /// <summary>Sums for averaging over many pictures: mean step of the result and of the reference over the pairs.</summary>
    /// <returns>Levels of 255 summed over the pairs, and how many pairs there are.</returns>
    public static (double Result, double Reference, long Pairs) Sums(PixelImage result, Mask mask, PixelImage reference, int reachPx = 0)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Check(result, mask);
        var (made, pairs) = Steps(result, result, mask, reachPx, 0);
        var (real, _) = Steps(reference, result, mask, reachPx, 0);
        return (made, real, pairs);
    }

    /// <summary>
    /// Without a real picture: the reference is the mean step of the same pairs moved along their direction by 3, 4 and 5 pixels beyond the reach, to both
    /// sides (parallel lines near by, clear of the border).
    /// </summary>
    public static double AgainstParallels(PixelImage result, Mask mask, int reachPx = 0)
    {
        Check(result, mask);
        var (made, pairs) = Steps(result, result, mask, reachPx, 0);
        double near = 0;
        long nearPairs = 0;
        foreach (var shift in (ReadOnlySpan<int>)[-5, -4, -3, 3, 4, 5])
        {
            var (sum, count) = Steps(result, result, mask, reachPx, shift + (Math.Sign(shift) * 2 * reachPx));
            near += sum;
            nearPairs += count;
        }

        return pairs == 0 || nearPairs == 0 ? 1 : ((made / pairs) + Flat) / ((near / nearPairs) + Flat);
    }

    private static void Check(PixelImage result, Mask mask)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Width != result.Width || mask.Height != result.Height)
            throw new ArgumentException($"The mask is {mask.Width} x {mask.Height}, the picture {result.Width} x {result.Height}.", nameof(mask));
    }

    private static (double Sum, long Pairs) Steps(PixelImage picture, PixelImage opaqueIn, Mask mask, int reach, int shift)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reach);
        double sum = 0;
        long pairs = 0;
        for (var y = 0; y < mask.Height; y++)
        {
            for (var x = 0; x < mask.Width; x++)
            {
                if (x + 1 < mask.Width && mask[x, y] > 0 != mask[x + 1, y] > 0)
                    Add(x - reach + shift, y, x + 1 + reach + shift, y);
                if (y + 1 < mask.Height && mask[x, y] > 0 != mask[x, y + 1] > 0)
                    Add(x, y - reach + shift, x, y + 1 + reach + shift);
            }
        }

        return (sum, pairs);

        void Add(int ax, int ay, int bx, int by)
        {
            if (ax < 0 || ay < 0 || bx >= mask.Width || by >= mask.Height)
                return;
            var a = picture.Offset(ax, ay);
            var b = picture.Offset(bx, by);
            if (opaqueIn.Rgba[a + 3] == 0 || opaqueIn.Rgba[b + 3] == 0)
                return;
            var step = 0;
            for (var c = 0; c < 3; c++)
                step += Math.Abs(picture.Rgba[a + c] - picture.Rgba[b + c]);
            sum += step / 3.0;
            pairs++;
        }
    }
}
