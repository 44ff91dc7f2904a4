namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Which part of the picture the model sees and how large it sees it.</summary>
/// <param name="MaskBounds">The painted pixels, in the picture.</param>
/// <param name="Crop">What the model sees, in the picture's pixels. Reaches outside only where the picture is too thin; there it is unknown.</param>
/// <param name="ModelWidth">Width that the model works at, a multiple of its step.</param>
/// <param name="ModelHeight">Height, likewise.</param>
public sealed record InpaintPlan(PixelRect MaskBounds, PixelRect Crop, int ModelWidth, int ModelHeight)
{
    /// <summary>Model pixels for one picture pixel, horizontally; above 1 the crop is enlarged for the model.</summary>
    public double ScaleX => (double)ModelWidth / Crop.Width;

    /// <summary>Model pixels for one picture pixel, vertically; differs from <see cref="ScaleX"/> by the rounding of sizes, at most some percent.</summary>
    public double ScaleY => (double)ModelHeight / Crop.Height;
}
