namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// The mask that the model gets: the painted one, with a slope outside it over which the strength falls to 0 (Levin and Fried 2023,
/// "Differential Diffusion", arXiv 2306.00950, §4: a pixel of strength s joins the denoising for the last s of the steps). What lies on the
/// slope is drawn together with the new content and thrown away by the composite; it is there so that the content meets the
/// original without a step.
/// </summary>
public static class GradedMask
{
    /// <summary>Widens by the slope, over which the strength falls in a straight line; never below the given mask.</summary>
    /// <param name="mask">At the model's size.</param>
    /// <param name="slopePx">Length of the slope in the model's pixels; 0 returns the mask as it is.</param>
    public static Mask Create(Mask mask, int slopePx)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNegative(slopePx);
        if (slopePx == 0)
            return mask;
        var distance = DistanceField.Compute(mask.Width, mask.Height, i => mask.Values[i] > 0);
        var reach = mask.Dilate(slopePx);
        var values = new float[mask.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // The slope starts at the strength of the border that it belongs to, so that a faint mask has a faint slope.
            var t = Math.Clamp(1 - (distance[i] / (slopePx + 1)), 0, 1);
            values[i] = Math.Max(mask.Values[i], reach.Values[i] * t);
        }

        return new Mask(mask.Width, mask.Height, values);
    }
}
