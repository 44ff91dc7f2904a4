using System.Numerics;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Lets small differences pass and large ones fade: x / (1 + (|x| / limit)⁴), |x| the root mean square over R, G and B. A redescending
/// function (Black and Rangarajan 1996): past the limit a difference is content. The fourth power, because the second (Geman and McClure's) already
/// leaves a fifth of a difference of half the limit standing as a seam.
/// </summary>
internal static class SoftCutoff
{
    /// <summary>1 far below the limit, 1/2 at it.</summary>
    public static float Weight(Vector4 difference, float limit)
    {
        if (limit <= 0)
            return 0;
        var ratio = difference.LengthSquared() / (3 * limit * limit);
        return 1 / (1 + (ratio * ratio));
    }

    public static Vector4 Apply(Vector4 difference, float limit) => difference * Weight(difference, limit);
}
