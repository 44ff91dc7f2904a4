using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Inference.Commands;

/// <param name="Extent">Pixels to add at each side.</param>
/// <param name="Overlap">Pixels of the original that are made anew along a side that grows.</param>
/// <param name="Size">What the model works at; null takes its native size.</param>
internal sealed record OutpaintCommandOptions(string ImagePath, OutpaintExtent Extent, int Overlap, string Prompt, PictureSize? Size, PictureOptions Picture);
