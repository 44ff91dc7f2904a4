using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>An enlarged picture.</summary>
/// <param name="Image">The enlarged picture.</param>
/// <param name="OriginalRect">Where the original lies in it.</param>
/// <param name="Frames">Each frame's result in the order made; tile rectangles are in the enlarged picture.</param>
public sealed record OutpaintResult(PixelImage Image, PixelRect OriginalRect, IReadOnlyList<InpaintResult> Frames);
