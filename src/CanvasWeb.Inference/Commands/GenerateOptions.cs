namespace CanvasWeb.Inference.Commands;

/// <param name="Size">Null takes the model's native size.</param>
internal sealed record GenerateOptions(string Prompt, PictureSize? Size, PictureOptions Picture);
