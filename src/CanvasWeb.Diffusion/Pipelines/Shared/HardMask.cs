using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// A mask as the published inpainting U-Nets (Stable Diffusion, SDXL, Kandinsky; 9 channels) were trained on: 0 or 1, nothing between. A
/// fraction in the mask channel, or a border that fades to grey, is a picture that they have never seen. This is for what the network
/// is shown only; what the loop blends by stays graded.
/// </summary>
internal static class HardMask
{
    /// <summary>diffusers cuts at one half, and so do the demos that these weights were published with.</summary>
    private const float Cut = 0.5f;

    /// <summary>1 from one half on, else 0; of the mask's size.</summary>
    public static Mask Of(Mask mask) => new(mask.Width, mask.Height, Array.ConvertAll(mask.Values, value => value >= Cut ? 1f : 0f));
}
