using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Inference.Commands;

/// <param name="Size">What the model works at; null takes its native area in the shape of the crop.</param>
/// <param name="Strength">0..1; 1 makes the painted part from pure noise.</param>
internal sealed record InpaintCommandOptions(string ImagePath, string MaskPath, MaskSource MaskSource, string Prompt, PictureSize? Size, float Strength, PictureOptions Picture);
