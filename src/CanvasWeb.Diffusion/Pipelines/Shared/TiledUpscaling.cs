using System.Diagnostics;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// A picture of any size through an upscaler, in tiles with overlap: memory stays that of one tile beside the result. Each tile sees more than it writes, and
/// what two of them write is faded from one to the other, so that no seam shows.
/// </summary>
/// <remarks>
/// canvas-mini's upscaler looks 15 pixels far (13 convolutions of 3 × 3 at the small size, one at twice of it, a bicubic kernel), so whatever is written here has all that it
/// depends on: the tiles give what one pass over the whole picture gives. Upscalers that look farther differ a little, and the fade hides that.
/// </remarks>
internal static class TiledUpscaling
{
    /// <summary>Longest side of what the network sees at once, in pixels of the small picture.</summary>
    public const int Side = 256;

    /// <summary>What a tile sees beyond its own part, on each side where the picture goes on.</summary>
    private const int Margin = 24;

    /// <summary>How far two tiles fade into each other, to each side of the line between them. Less than the margin by what a tile must see around what it writes.</summary>
    private const int Fade = 6;

    private const int Core = Side - (2 * Margin);

    /// <param name="upscaler">Three planes in −1..1 to three planes, each <paramref name="factor"/> times as wide and high.</param>
    /// <param name="picture">Transparent parts stay transparent: the network sees them on mid grey, which is taken out again.</param>
    /// <param name="observer">Hears of each tile as a step; there are no previews.</param>
    public static PixelImage Run(OnnxModel upscaler, int factor, PixelImage picture, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Where the result's transparency comes from: the picture's own, resized.
        var isOpaque = true;
        for (var i = 3; i < picture.Rgba.Length && isOpaque; i += 4)
            isOpaque = picture.Rgba[i] == 255;
        var result = isOpaque ? new PixelImage(picture.Width * factor, picture.Height * factor) : ImageResizer.Resize(picture, picture.Width * factor, picture.Height * factor, ResizeKernel.Linear);

        // 2. Tile after tile, row after row.
        var (columns, rows) = (Parts(picture.Width), Parts(picture.Height));
        for (var index = 0; index < columns * rows; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var (across, down) = (Span(index % columns, columns, picture.Width), Span(index / columns, rows, picture.Height));
            using var small = new Tensor(1, 3, down.SeenTo - down.SeenFrom, across.SeenTo - across.SeenFrom);
            using var large = new Tensor(1, 3, small.Shape[2] * factor, small.Shape[3] * factor);
            ImageTensors.Write(Cut(picture, across, down), small);
            upscaler.RunOnce(Ports.Single(upscaler.Inputs, small), Ports.Single(upscaler.Outputs, large), cancellationToken);
            FiniteCheck.Check(large.Span, "upscaler");
            Blend(large, across, down, factor, isOpaque, result);
            observer?.StepDone(index + 1, columns * rows, Stopwatch.GetElapsedTime(began));
        }

        return result;
    }

    /// <summary>How many tiles lie side by side.</summary>
    private static int Parts(int length) => length <= Side ? 1 : (length + Core - 1) / Core;

    /// <summary>What a tile sees and writes along one axis.</summary>
    private static Extent Span(int index, int parts, int length)
    {
        // Cut evenly, so that the last tile is no sliver.
        var (from, to) = ((int)((long)length * index / parts), (int)((long)length * (index + 1) / parts));
        return new Extent(
            Math.Max(0, from - Margin),
            Math.Min(length, to + Margin),
            index == 0 ? 0 : from - Fade,
            index == parts - 1 ? length : to + Fade,
            index == 0 ? 0 : 2 * Fade);
    }

    private static PixelImage Cut(PixelImage picture, Extent across, Extent down)
    {
        var part = new PixelImage(across.SeenTo - across.SeenFrom, down.SeenTo - down.SeenFrom);
        for (var y = 0; y < part.Height; y++)
            picture.Rgba.AsSpan(picture.Offset(across.SeenFrom, down.SeenFrom + y), part.Width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, y)));
        return part;
    }

    /// <summary>Writes a tile over what is there; along its left and upper edge, where another one wrote before, it comes in gradually.</summary>
    private static void Blend(Tensor large, Extent across, Extent down, int factor, bool isOpaque, PixelImage result)
    {
        var (width, area) = (large.Shape[3], large.Shape[2] * large.Shape[3]);
        var values = large.Span;
        var rgba = result.Rgba.AsSpan();
        for (var y = down.From * factor; y < down.To * factor; y++)
        {
            var above = Weight(y - (down.From * factor), down.FadeIn * factor);
            for (var x = across.From * factor; x < across.To * factor; x++)
            {
                // The smaller of both: at a corner it is continuous with either edge.
                var weight = Math.Min(above, Weight(x - (across.From * factor), across.FadeIn * factor));
                var from = ((y - (down.SeenFrom * factor)) * width) + x - (across.SeenFrom * factor);
                var at = result.Offset(x, y);
                var alpha = isOpaque ? 1f : rgba[at + 3] / 255f;
                for (var c = 0; c < 3; c++)
                {
                    var value = values[(c * area) + from];
                    if (alpha is > 0f and < 1f)
                        value /= alpha; // Mid grey is 0: what lay on it was its colour times its alpha.
                    var made = ImageTensors.ToByte(value);
                    rgba[at + c] = weight >= 1f ? made : (byte)MathF.Round(rgba[at + c] + (weight * (made - rgba[at + c])));
                }

                if (isOpaque)
                    rgba[at + 3] = 255;
            }
        }
    }

    private static float Weight(int distance, int fade) => distance >= fade ? 1f : (distance + 0.5f) / fade;

    /// <param name="SeenFrom">First pixel that the network is shown.</param>
    /// <param name="SeenTo">Behind the last one.</param>
    /// <param name="From">First pixel that is written.</param>
    /// <param name="To">Behind the last one.</param>
    /// <param name="FadeIn">Pixels from <paramref name="From"/> over which it comes in.</param>
    private readonly record struct Extent(int SeenFrom, int SeenTo, int From, int To, int FadeIn);
}
