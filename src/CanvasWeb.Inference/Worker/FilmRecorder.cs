using CanvasWeb.Contracts;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Worker;

/// <summary>
/// Keeps the previews of one generation, evenly thinned out and small, and puts them side by side into one WebP: how a picture came out of the noise.
/// Used on the generating thread, then on the one that uploads.
/// </summary>
internal sealed class FilmRecorder
{
    /// <summary>Longest side of a frame. Larger ones of noise do not fit the bytes at a quality that is worth looking at.</summary>
    private const int Side = 160;

    // A frame is soft or noisy, and seen for a moment.
    private static readonly int[] s_qualities = [70, 50, 30, 15];

    private readonly List<PixelImage> _frames = [];

    /// <summary>Keeps a preview, or not. The picture is not held.</summary>
    /// <param name="step">From 1 to <paramref name="steps"/>.</param>
    public void Add(int step, int steps, PixelImage preview)
    {
        // One place is for the finished picture, which the last step has no preview of.
        const int Room = InferenceProtocol.FilmMaxFrames - 1;
        var previews = Math.Max(1, steps - 1);
        if (previews <= Room || (long)step * Room / previews != (long)(step - 1) * Room / previews)
            _frames.Add(Shrink(preview));
    }

    /// <summary>The film, ending with the finished picture; null where there is nothing to show, or it does not fit.</summary>
    public (byte[] WebP, int Frames)? Finish(PixelImage finished)
    {
        if (_frames.Count == 0)
            return null;
        var (width, height) = (_frames[0].Width, _frames[0].Height);
        var frames = _frames.Append(finished).Select(frame => frame.Width == width && frame.Height == height ? frame : ImageResizer.Resize(frame, width, height, ResizeKernel.Area)).ToList();
        for (; ; )
        {
            var strip = SideBySide(frames, width, height);
            foreach (var quality in s_qualities)
            {
                var bytes = ImageEncoder.Encode(strip, new EncodeOptions { Format = ImageFormat.WebP, Quality = quality });
                if (bytes.Length <= InferenceProtocol.FilmMaxBytes)
                    return (bytes, frames.Count);
            }

            if (frames.Count <= 4)
                return null;

            // Every other one, counted from the end: the finished picture stays.
            var last = frames.Count - 1;
            frames = [.. frames.Where((_, index) => (last - index) % 2 == 0)];
        }
    }

    private static PixelImage Shrink(PixelImage preview)
    {
        var scale = Math.Min(1, (double)Side / Math.Max(preview.Width, preview.Height));

        // Also where it is small already: who shows previews may use one buffer for all of them.
        return ImageResizer.Resize(preview, Math.Max(1, (int)Math.Round(preview.Width * scale)), Math.Max(1, (int)Math.Round(preview.Height * scale)), ResizeKernel.Area);
    }

    private static PixelImage SideBySide(List<PixelImage> frames, int width, int height)
    {
        var strip = new PixelImage(width * frames.Count, height);
        for (var frame = 0; frame < frames.Count; frame++)
        {
            for (var y = 0; y < height; y++)
                frames[frame].Rgba.AsSpan(frames[frame].Offset(0, y), width * 4).CopyTo(strip.Rgba.AsSpan(strip.Offset(frame * width, y)));
        }

        return strip;
    }
}
