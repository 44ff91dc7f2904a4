namespace CanvasWeb.Inference.Commands;

/// <param name="Prompt">May be empty: the picture alone says what to vary.</param>
/// <param name="Eta">0..1; null takes the model's default.</param>
internal sealed record VaryCommandOptions(string ImagePath, string Prompt, PictureSize? Size, float? Eta, bool Upscale, PictureOptions Picture);
