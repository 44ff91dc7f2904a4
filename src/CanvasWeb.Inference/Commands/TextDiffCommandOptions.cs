namespace CanvasWeb.Inference.Commands;

/// <param name="From">May be empty.</param>
/// <param name="To">Not empty.</param>
/// <param name="Thetas">0..1, one for each picture.</param>
internal sealed record TextDiffCommandOptions(string ImagePath, string From, string To, IReadOnlyList<float> Thetas, PictureSize? Size, bool Upscale, PictureOptions Picture);
