using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// The second, softer mask, through which new pixels are laid over the original. Its softness lies inside the painted mask only: outside,
/// it is exactly 0, so that no byte of the original can change.
/// </summary>
public static class CompositeMask
{
    /// <summary>Alpha of the new pixels, 0..1.</summary>
    /// <param name="original">The picture that is laid under; its fully transparent pixels hold nothing to blend with.</param>
    /// <param name="mask">The painted mask, of the same size.</param>
    /// <param name="featherPx">How many pixels inside the border are soft; 0 for a hard border.</param>
    /// <remarks>
    /// 0 where the mask is 0. 1 where the mask is above 0 and the original transparent: a ramp there would let the gap show. Else a smooth
    /// ramp of the distance to the nearest kept pixel (there is none towards the picture's own border, nor towards transparency), times
    /// min(1, 2 m): where the strength is low the new pixels are the VAE's copy of the old, and the old are better.
    /// </remarks>
    /// <exception cref="ArgumentException">Sizes differ.</exception>
    public static Mask Create(PixelImage original, Mask mask, float featherPx)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNegative(featherPx);
        if (mask.Width != original.Width || mask.Height != original.Height)
            throw new ArgumentException($"The mask is {mask.Width} x {mask.Height}, the picture {original.Width} x {original.Height}.", nameof(mask));
        var distance = DistanceField.Compute(mask.Width, mask.Height, i => mask.Values[i] <= 0 && original.Rgba[(i * 4) + 3] != 0);
        var alpha = new float[mask.Values.Length];
        for (var i = 0; i < alpha.Length; i++)
        {
            var value = mask.Values[i];
            if (value <= 0)
                continue;
            alpha[i] = original.Rgba[(i * 4) + 3] == 0 ? 1 : Ramp(distance[i] / (featherPx + 1)) * Math.Min(1, 2 * value);
        }

        return new Mask(mask.Width, mask.Height, alpha);
    }

    // 3t² − 2t³: no corner at either end, which the eye would see as a line (Mach bands).
    private static float Ramp(float t) => t >= 1 ? 1 : t * t * (3 - (2 * t));
}
