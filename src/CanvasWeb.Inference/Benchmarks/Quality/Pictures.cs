using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>The few things that measuring does to pixels.</summary>
internal static class Pictures
{
    /// <summary>A part of a picture; it must lie inside.</summary>
    public static PixelImage Crop(PixelImage picture, int x, int y, int width, int height)
    {
        var part = new PixelImage(width, height);
        for (var row = 0; row < height; row++)
            picture.Rgba.AsSpan(picture.Offset(x, y + row), width * 4).CopyTo(part.Rgba.AsSpan(part.Offset(0, row)));
        return part;
    }

    /// <summary>A square of this many pixels a side as networks read it: three planes in −1..1. Averages when shrinking, as the training does.</summary>
    public static void WriteSquare(PixelImage picture, int side, Span<float> planes)
    {
        var small = picture.Width == side && picture.Height == side ? picture
            : ImageResizer.Resize(picture, side, side, picture.Width > side && picture.Height > side ? ResizeKernel.Area : ResizeKernel.Linear);
        for (var i = 0; i < side * side; i++)
        {
            for (var channel = 0; channel < 3; channel++)
                planes[(channel * side * side) + i] = (small.Rgba[(i * 4) + channel] / 127.5f) - 1;
        }
    }
}
