using System.Numerics;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// An opaque picture in float, so that fill, offset and two resizes round to eight bits once, at the end. Values are sRGB as stored
/// (gamma-encoded), 0..255, in the first three lanes; offsets and gradients are judged by the eye in that space.
/// </summary>
internal sealed class ColourField(int width, int height, Vector4[] pixels)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Rows from the top.</summary>
    public Vector4[] Pixels { get; } = pixels;

    /// <summary>Colours without alpha.</summary>
    public static ColourField FromImage(PixelImage image)
    {
        var pixels = new Vector4[image.Width * image.Height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = Colour(image.Rgba, i);
        return new ColourField(image.Width, image.Height, pixels);
    }

    public static Vector4 Colour(byte[] rgba, int pixel) => new(rgba[pixel * 4], rgba[(pixel * 4) + 1], rgba[(pixel * 4) + 2], 0);

    /// <summary>Rounded to bytes, alpha 255.</summary>
    public PixelImage ToImage()
    {
        var image = new PixelImage(Width, Height);
        for (var i = 0; i < Pixels.Length; i++)
        {
            WriteColour(image.Rgba, i, Pixels[i]);
            image.Rgba[(i * 4) + 3] = 255;
        }

        return image;
    }

    public static void WriteColour(byte[] rgba, int pixel, Vector4 colour)
    {
        rgba[pixel * 4] = ToByte(colour.X);
        rgba[(pixel * 4) + 1] = ToByte(colour.Y);
        rgba[(pixel * 4) + 2] = ToByte(colour.Z);
    }

    public static byte ToByte(float value) => (byte)Math.Clamp((int)MathF.Round(value), 0, 255);

    /// <summary>
    /// Another size. Cubic (Keys 1981, "Cubic Convolution Interpolation", a = -1/2), widened by the scale where the picture gets smaller;
    /// weights are normalised at the border.
    /// </summary>
    public ColourField Resize(int width, int height)
    {
        if (width == Width && height == Height)
            return this;
        var (starts, kernels) = Taps(Width, width);
        var rows = new Vector4[checked(width * Height)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var sum = Vector4.Zero;
                for (var k = 0; k < kernels[x].Length; k++)
                    sum += kernels[x][k] * Pixels[(y * Width) + starts[x] + k];
                rows[(y * width) + x] = sum;
            }
        }

        (starts, kernels) = Taps(Height, height);
        var result = new Vector4[checked(width * height)];
        for (var y = 0; y < height; y++)
        {
            var line = result.AsSpan(y * width, width);
            for (var k = 0; k < kernels[y].Length; k++)
            {
                var from = rows.AsSpan((starts[y] + k) * width, width);
                var weight = kernels[y][k];
                for (var x = 0; x < width; x++)
                    line[x] += weight * from[x];
            }

            // A cubic overshoots beside hard edges; colours outside the range would only be cut later, after they had been blended.
            for (var x = 0; x < width; x++)
                line[x] = Vector4.Clamp(line[x], Vector4.Zero, new Vector4(255));
        }

        return new ColourField(width, height, result);
    }

    private static (int[] Starts, float[][] Kernels) Taps(int from, int to)
    {
        var scale = (double)from / to;
        var stretch = Math.Max(1, scale);
        var starts = new int[to];
        var kernels = new float[to][];
        for (var i = 0; i < to; i++)
        {
            var centre = ((i + 0.5) * scale) - 0.5;
            var first = Math.Max(0, (int)Math.Ceiling(centre - (2 * stretch)));
            var last = Math.Min(from - 1, (int)Math.Floor(centre + (2 * stretch)));
            var kernel = new float[last - first + 1];
            var sum = 0.0;
            for (var k = first; k <= last; k++)
                sum += kernel[k - first] = (float)Cubic((k - centre) / stretch);
            for (var k = 0; k < kernel.Length; k++)
                kernel[k] = (float)(kernel[k] / sum);
            starts[i] = first;
            kernels[i] = kernel;
        }

        return (starts, kernels);
    }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1 : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2 : 0;
    }
}
