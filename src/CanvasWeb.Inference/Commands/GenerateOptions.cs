namespace CanvasWeb.Inference.Commands;

/// <param name="Size">Null takes the model's native size.</param>
/// <param name="Upscale">The written picture is larger than <paramref name="Size"/> by the factor of the model's upscaler.</param>
internal sealed record GenerateOptions(string Prompt, PictureSize? Size, bool Upscale, PictureOptions Picture);
