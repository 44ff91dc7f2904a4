namespace CanvasWeb.Inference.Commands;

/// <param name="Prompt">May be empty: the pictures alone say what lies between them.</param>
internal sealed record InterpolateCommandOptions(string FirstPath, string LastPath, string Prompt, PictureSize? Size, bool Upscale, PictureOptions Picture);
