namespace CanvasWeb.Imaging.Tests;

/// <summary>Small pictures made by arithmetic, so that no binary file has to be committed.</summary>
internal static class TestPictures
{
    /// <summary>Smooth colours: red grows to the right, green downwards; opaque.</summary>
    public static PixelImage Gradient(int width, int height) => Make(width, height, (x, y) =>
        ((byte)(x * 255 / Math.Max(1, width - 1)), (byte)(y * 255 / Math.Max(1, height - 1)), 96, 255));

    /// <summary>Every byte from a seed, alpha included.</summary>
    public static PixelImage Noise(int width, int height, int seed)
    {
        var image = new PixelImage(width, height);
        new Random(seed).NextBytes(image.Rgba);
        return image;
    }

    /// <summary>One colour everywhere.</summary>
    public static PixelImage Plain(int width, int height, byte r, byte g, byte b, byte a) => Make(width, height, (_, _) => (r, g, b, a));

    public static PixelImage Make(int width, int height, Func<int, int, (byte R, byte G, byte B, byte A)> colour)
    {
        var image = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = image.Offset(x, y);
                (image.Rgba[at], image.Rgba[at + 1], image.Rgba[at + 2], image.Rgba[at + 3]) = colour(x, y);
            }
        }

        return image;
    }

    public static (int R, int G, int B, int A) Pixel(PixelImage image, int x, int y)
    {
        var at = image.Offset(x, y);
        return (image.Rgba[at], image.Rgba[at + 1], image.Rgba[at + 2], image.Rgba[at + 3]);
    }

    /// <summary>The largest difference of any byte.</summary>
    public static int LargestDifference(PixelImage a, PixelImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Rgba.Zip(b.Rgba, (x, y) => Math.Abs(x - y)).Max();
    }

    /// <summary>The mean difference of all bytes.</summary>
    public static double MeanDifference(PixelImage a, PixelImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Rgba.Zip(b.Rgba, (x, y) => Math.Abs(x - y)).Average();
    }
}
