using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>A finished edit, as a picture and as a tile.</summary>
/// <param name="Image">The original with the tile laid over it: every byte outside the painted mask is the original's.</param>
/// <param name="Tile">Only the new pixels, with the soft composite mask as alpha (0 = nothing new here, colour 0). Laid over the original with
/// <see cref="Compositor.Over(PixelImage, PixelImage, int, int)"/> it gives <paramref name="Image"/>.</param>
/// <param name="TileRect">Where the tile lies in the original.</param>
/// <param name="Plan">What the model saw.</param>
/// <param name="Generation">What the pipeline answered: settings with defaults filled in, timings, the raw picture of the crop.</param>
public sealed record InpaintResult(PixelImage Image, PixelImage Tile, PixelRect TileRect, InpaintPlan Plan, GenerationResult Generation);
