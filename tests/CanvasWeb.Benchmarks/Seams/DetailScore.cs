using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>
/// How much fine detail there is beside a border: mean over the pixels of a band of |4 p − left − right − above − below|, averaged over R, G and B, in levels of
/// 255. A border score does not see that crisp texture stops and soft texture begins; the two sides' means do.
/// </summary>
public static class DetailScore
{
    /// <summary>Width of a band.</summary>
    public const int BandPx = 16;

    /// <summary>Mean in the band inside the mask, along its border; pixels with a neighbour outside are left out, a seam is not detail.</summary>
    public static double Inside(PixelImage picture, Mask mask) => Mean(picture, Inverse(mask));

    /// <summary>Mean in the band outside the mask.</summary>
    public static double Outside(PixelImage picture, Mask mask) => Mean(picture, mask);

    private static Mask Inverse(Mask mask) => new(mask.Width, mask.Height, [.. mask.Values.Select(v => v > 0 ? 0f : 1f)]);

    /// <summary>Of the pixels around those above 0.</summary>
    private static double Mean(PixelImage picture, Mask from)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var near = from.Dilate(BandPx);
        double sum = 0;
        long count = 0;
        for (var y = 1; y < picture.Height - 1; y++)
        {
            for (var x = 1; x < picture.Width - 1; x++)
            {
                if (near[x, y] <= 0 || from[x, y] > 0 || from[x - 1, y] > 0 || from[x + 1, y] > 0 || from[x, y - 1] > 0 || from[x, y + 1] > 0)
                    continue;
                for (var c = 0; c < 3; c++)
                    sum += Math.Abs((4 * At(x, y, c)) - At(x - 1, y, c) - At(x + 1, y, c) - At(x, y - 1, c) - At(x, y + 1, c));
                count += 3;
            }
        }

        return count == 0 ? 0 : sum / count;

        int At(int x, int y, int c) => picture.Rgba[picture.Offset(x, y) + c];
    }
}
