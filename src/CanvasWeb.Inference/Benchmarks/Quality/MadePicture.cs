using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>A picture and what was read in it; the picture itself is kept only as small as the sheet shows it.</summary>
/// <param name="Embedding">By the model's own CLIP; null where it has none.</param>
/// <param name="Thumbnail"><see cref="ContactSheet.CellHeight"/> pixels high.</param>
internal sealed record MadePicture(Reading Reading, float[]? Embedding, PixelImage Thumbnail);
