namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>A graded pixel mask on the latent grid.</summary>
public static class LatentMask
{
    /// <summary>
    /// The largest value of each <paramref name="patch"/> x <paramref name="patch"/> block, then of each latent pixel's neighbourhood.
    /// Never rounded: a 0/1 latent mask draws a seam along the 50 % line. The neighbourhood is needed because a latent pixel beside the
    /// hole has already seen into it: its receptive field in the VAE is wider than its block.
    /// </summary>
    /// <param name="mask">Sides are multiples of the patch.</param>
    /// <param name="patch">Pixels a latent pixel, for example 8.</param>
    /// <param name="dilation">Latent pixels that the mask grows by, in all eight directions: 1 for blending, 0 for a mask port of a model that was trained on block maxima.</param>
    /// <returns><c>[height / patch * width / patch]</c> values in 0..1, rows from the top.</returns>
    /// <exception cref="ArgumentException">A side is not a multiple of the patch.</exception>
    public static float[] FromMask(Mask mask, int patch, int dilation = 1)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfLessThan(patch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(dilation);
        if (mask.Width % patch != 0 || mask.Height % patch != 0)
            throw new ArgumentException($"A {mask.Width} x {mask.Height} mask cannot be cut into blocks of {patch} px.", nameof(mask));
        var (width, height) = (mask.Width / patch, mask.Height / patch);
        var latent = new float[width * height];
        for (var y = 0; y < mask.Height; y++)
        {
            var row = mask.Values.AsSpan(y * mask.Width, mask.Width);
            var into = latent.AsSpan(y / patch * width, width);
            for (var x = 0; x < row.Length; x++)
                into[x / patch] = Math.Max(into[x / patch], row[x]);
        }

        return dilation == 0 ? latent : Dilate(latent, width, height, dilation);
    }

    private static float[] Dilate(float[] latent, int width, int height, int dilation)
    {
        var result = new float[latent.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var most = 0f;
                for (var v = Math.Max(0, y - dilation); v <= Math.Min(height - 1, y + dilation); v++)
                {
                    for (var u = Math.Max(0, x - dilation); u <= Math.Min(width - 1, x + dilation); u++)
                        most = Math.Max(most, latent[(v * width) + u]);
                }

                result[(y * width) + x] = most;
            }
        }

        return result;
    }
}
