namespace CanvasWeb.Inference.Commands;

/// <param name="Prompt">Not empty.</param>
/// <param name="Size">Null takes the model's native size, or with a picture its shape at the model's native area.</param>
/// <param name="Upscale">The written picture is larger than <paramref name="Size"/> by the factor of the model's upscaler.</param>
/// <param name="ImagePath">The picture to start from; null starts from noise.</param>
/// <param name="Strength">0..1, only with a picture; null takes <see cref="GenerateCommand.UsualStrength"/>.</param>
/// <param name="PriorSamples">1 to 8.</param>
/// <param name="Rank">List the pictures by their likeness to the prompt.</param>
internal sealed record GenerateOptions(string Prompt, PictureSize? Size, bool Upscale, string? ImagePath, float? Strength, int PriorSamples, bool Rank, PictureOptions Picture);
