using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>Keeps previews small: they go to every viewer of a board after every step.</summary>
internal static class PreviewSize
{
    public const int MaxSide = 256;

    /// <summary>Three planes in −1..1 to a picture, shrunk by the smallest whole factor that fits: a mean over blocks.</summary>
    public static PixelImage ToPicture(ReadOnlySpan<float> planes, int width, int height)
    {
        var factor = (Math.Max(width, height) + MaxSide - 1) / MaxSide;
        if (factor <= 1)
            return ImageTensors.Read(planes, width, height);
        var (small, low) = (Math.Max(1, width / factor), Math.Max(1, height / factor));
        var image = new PixelImage(small, low);
        for (var y = 0; y < low; y++)
        {
            for (var x = 0; x < small; x++)
            {
                var at = image.Offset(x, y);
                for (var c = 0; c < 3; c++)
                {
                    var sum = 0f;
                    for (var v = 0; v < factor; v++)
                    {
                        foreach (var value in planes.Slice((c * width * height) + (((y * factor) + v) * width) + (x * factor), factor))
                            sum += Math.Clamp(value, -1f, 1f);
                    }

                    image.Rgba[at + c] = ImageTensors.ToByte(sum / (factor * factor));
                }

                image.Rgba[at + 3] = 255;
            }
        }

        return image;
    }
}
