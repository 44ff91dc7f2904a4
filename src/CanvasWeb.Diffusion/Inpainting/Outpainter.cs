using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Carries a picture on past its borders: inpainting on an enlarged canvas, in as many frames as the extension needs.</summary>
/// <param name="pipeline">Not owned.</param>
/// <param name="options">Null takes the defaults.</param>
public sealed class Outpainter(IImagePipeline pipeline, OutpaintOptions? options = null)
{
    /// <summary>An odd constant (2^64 / golden ratio, as in SplitMix64): frames draw different noise from one seed.</summary>
    private const ulong SeedStep = 0x9E3779B97F4A7C15;

    /// <summary>At most this part of the overlap is feather: 24 of 32 px looked and scored better than 30 (README).</summary>
    private const float FeatherInOverlap = 0.75f;

    private readonly OutpaintOptions _options = Validated(options ?? new OutpaintOptions());

    /// <summary>Enlarges the picture.</summary>
    /// <param name="original">Not changed.</param>
    /// <param name="extent">Pixels to add at each side.</param>
    /// <param name="settings">As for <see cref="Inpainter.Inpaint(PixelImage, Mask, GenerationRequest, IGenerationObserver?, CancellationToken)"/>.
    /// Frame k uses seed + k times a constant; frame 0 the seed itself.</param>
    /// <param name="observer">Hears the steps of every frame, each counted from 1.</param>
    /// <returns>The enlarged picture. Original pixels farther than <see cref="OutpaintOptions.OverlapPx"/> from a side that grows, or from transparency, are unchanged.</returns>
    /// <exception cref="GenerationException"><c>extent_empty</c>, <c>picture_too_large</c>, <c>too_many_frames</c>, or as for inpainting.</exception>
    public OutpaintResult Outpaint(PixelImage original, OutpaintExtent extent, GenerationRequest settings, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(settings);

        // 1. The enlarged canvas, transparent where nothing is known yet.
        var rect = new PixelRect(extent.Left, extent.Top, original.Width, original.Height);
        var canvas = Enlarge(original, extent, rect);

        // 2. Frames.
        var side = OutpaintPlanner.FrameSide(rect, pipeline.Info, _options.LargestReduction);
        var frames = OutpaintPlanner.Frames(canvas.Width, canvas.Height, rect, side, _options.NewPart);
        if (frames.Count > _options.MostFrames)
            throw new GenerationException("too_many_frames", $"This extension needs {frames.Count} frames of {side} x {side} pixels, more than {_options.MostFrames}. Extend by less at a time.");

        // 3. One after the other, each seeing what the earlier ones made.
        var results = new List<InpaintResult>(frames.Count);
        var (width, height) = settings is { Width: { } w, Height: { } h } ? (w, h) : InpaintPlanner.ModelSize(1, pipeline.Info, _options.Inpaint.LargestAspect);
        // A picture of a few pixels must not vanish under its own overlap.
        var overlap = Math.Min(_options.OverlapPx, Math.Min(original.Width, original.Height) / 4);
        // The feather must have arrived before the old border: past it there is nothing to blend with, and what is missing would be a step.
        var feather = Math.Min(_options.Inpaint.FeatherPx, FeatherInOverlap * overlap);
        var inpainter = new Inpainter(pipeline, _options.Inpaint with { FeatherPx = feather });
        foreach (var frame in frames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mask = FrameMask(canvas, frame, overlap);
            if (mask is null)
                continue;
            var plan = new InpaintPlan(mask.Bounds(), frame, width, height);
            var request = settings with { Seed = unchecked(settings.Seed + (SeedStep * (ulong)results.Count)) };
            inpainter.Plan(canvas, mask, request);
            var result = inpainter.Inpaint(canvas, mask, plan, request, observer, cancellationToken);
            canvas = result.Image;
            results.Add(result);
        }

        return new OutpaintResult(canvas, rect, results);
    }

    private static OutpaintOptions Validated(OutpaintOptions options)
    {
        options.Validate();
        return options;
    }

    private PixelImage Enlarge(PixelImage original, OutpaintExtent extent, PixelRect rect)
    {
        if (extent.Left < 0 || extent.Top < 0 || extent.Right < 0 || extent.Bottom < 0)
            throw new GenerationException("extent_negative", "A picture grows by 0 or more pixels at each side; crop it to make it smaller.");
        if (extent.IsEmpty)
            throw new GenerationException("extent_empty", "Nothing to extend: give at least one side some pixels.");
        var width = (long)rect.Width + extent.Left + extent.Right;
        var height = (long)rect.Height + extent.Top + extent.Bottom;
        if (width > _options.LongestSidePx || height > _options.LongestSidePx || width * height > _options.Inpaint.MostPixels)
            throw new GenerationException("picture_too_large", $"The picture would become {width} x {height}; at most {_options.LongestSidePx} pixels a side and {_options.Inpaint.MostPixels} in all are allowed.");
        var canvas = new PixelImage((int)width, (int)height);
        for (var y = 0; y < original.Height; y++)
            original.Rgba.AsSpan(original.Offset(0, y), original.Width * 4).CopyTo(canvas.Rgba.AsSpan(canvas.Offset(rect.X, rect.Y + y)));
        return canvas;
    }

    /// <summary>Everything transparent in the frame, widened by the overlap into what is known; null when nothing is left to make.</summary>
    private static Mask? FrameMask(PixelImage canvas, PixelRect frame, int overlap)
    {
        var inside = frame.Intersect(new PixelRect(0, 0, canvas.Width, canvas.Height));
        var values = new float[canvas.Width * canvas.Height];
        var any = false;
        for (var y = inside.Y; y < inside.Bottom; y++)
        {
            for (var x = inside.X; x < inside.Right; x++)
            {
                if (canvas.Rgba[canvas.Offset(x, y) + 3] != 0)
                    continue;
                values[(y * canvas.Width) + x] = 1;
                any = true;
            }
        }

        if (!any)
            return null;
        // Widening the whole canvas for one frame would also reach outside the frame, where the model saw nothing.
        var widened = new Mask(canvas.Width, canvas.Height, values).Crop(inside).Dilate(overlap);
        for (var y = inside.Y; y < inside.Bottom; y++)
            widened.Values.AsSpan((y - inside.Y) * inside.Width, inside.Width).CopyTo(values.AsSpan((y * canvas.Width) + inside.X));
        return new Mask(canvas.Width, canvas.Height, values);
    }
}
