using System.Numerics;

namespace CanvasWeb.Imaging;

/// <summary>
/// Resizes by separable convolution, widened when shrinking so that nothing aliases.
/// The averages are taken of the sRGB values themselves, not of linear light: that is what the pictures of all common training sets were
/// resized with and what browsers' canvases do, so a model sees what it has learned and a tile looks the same from the server and on
/// the canvas. The price is that fine bright patterns come out a little dark. Colours are premultiplied during the averaging.
/// Written in managed code because libvips has no area kernel and enlarges with another filter than it shrinks with.
/// </summary>
public static class ImageResizer
{
    /// <summary>A new picture of exactly the size asked for; sides may be stretched apart. The same size gives an identical copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1.</exception>
    public static PixelImage Resize(PixelImage image, int width, int height, ResizeKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (width == image.Width && height == image.Height)
            return new PixelImage(width, height, (byte[])image.Rgba.Clone());
        var across = Taps.Make(image.Width, width, kernel);
        var down = Taps.Make(image.Height, height, kernel);
        var result = new PixelImage(width, height);

        // Output rows are made from the top. Each needs a window of input rows, resized across; a ring keeps just that window, so the
        // memory is a few rows whatever the picture's size.
        var ring = new Vector4[down.Longest * width];
        var source = new Vector4[image.Width];
        var ready = 0;
        for (var y = 0; y < height; y++)
        {
            var window = down.WindowOf(y);
            for (ready = Math.Max(ready, window.First); ready < window.First + window.Weights.Length; ready++)
            {
                LoadPremultiplied(image, ready, source);
                ResizeRow(source, across, ring.AsSpan(ready % down.Longest * width, width));
            }

            var row = result.Rgba.AsSpan(result.Offset(0, y), width * 4);
            for (var x = 0; x < width; x++)
            {
                var sum = Vector4.Zero;
                for (var i = 0; i < window.Weights.Length; i++)
                    sum += ring[((window.First + i) % down.Longest * width) + x] * window.Weights[i];
                StoreStraight(sum, row.Slice(x * 4, 4));
            }
        }

        return result;
    }

    /// <summary>The picture with its sides in proportion and none longer than <paramref name="maxSide"/>; the same object when it already fits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1.</exception>
    public static PixelImage Fit(PixelImage image, int maxSide, ResizeKernel kernel = ResizeKernel.Area)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        var longest = Math.Max(image.Width, image.Height);
        if (longest <= maxSide)
            return image;
        var scale = (double)maxSide / longest;
        return Resize(image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)), kernel);
    }

    private static void LoadPremultiplied(PixelImage image, int y, Span<Vector4> row)
    {
        var rgba = image.Rgba.AsSpan(image.Offset(0, y), image.Width * 4);
        for (var x = 0; x < row.Length; x++)
        {
            float alpha = rgba[(x * 4) + 3];
            row[x] = new Vector4(rgba[x * 4], rgba[(x * 4) + 1], rgba[(x * 4) + 2], 255f) * (alpha / 255f);
        }
    }

    private static void ResizeRow(ReadOnlySpan<Vector4> source, Taps taps, Span<Vector4> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var window = taps.WindowOf(x);
            var part = source.Slice(window.First, window.Weights.Length);
            var sum = Vector4.Zero;
            for (var i = 0; i < part.Length; i++)
                sum += part[i] * window.Weights[i];
            target[x] = sum;
        }
    }

    private static void StoreStraight(Vector4 premultiplied, Span<byte> rgba)
    {
        // A negative lobe can take alpha a little below 0 or above 255.
        var alpha = Math.Clamp(premultiplied.W, 0f, 255f);
        rgba[3] = ToByte(alpha);
        if (rgba[3] == 0)
            return;
        var straight = premultiplied * (255f / premultiplied.W);
        rgba[0] = ToByte(straight.X);
        rgba[1] = ToByte(straight.Y);
        rgba[2] = ToByte(straight.Z);
    }

    private static byte ToByte(float value) => (byte)(Math.Clamp(value, 0f, 255f) + 0.5f);

    /// <summary>For each new pixel of a line: the first old pixel it looks at and the weights from there on, which sum to 1.</summary>
    private sealed class Taps
    {
        private readonly int[] _first;
        private readonly float[][] _weights;

        private Taps(int[] first, float[][] weights)
        {
            _first = first;
            _weights = weights;
            Longest = weights.Max(static w => w.Length);
        }

        public int Longest { get; }

        public static Taps Make(int from, int to, ResizeKernel kernel)
        {
            var scale = (double)from / to;

            // Shrinking stretches the kernel over everything that falls into one new pixel; enlarging uses it as it is.
            var stretch = Math.Max(scale, 1);
            var radius = stretch * kernel switch
            {
                ResizeKernel.Lanczos3 => 3,
                ResizeKernel.Linear => 1,
                ResizeKernel.Area => 0.5,
                _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "There is no such kernel."),
            };
            var first = new int[to];
            var weights = new float[to][];
            for (var i = 0; i < to; i++)
            {
                // Pixels are squares: the middle of new pixel i lies at (i + 0.5) * scale in old pixels.
                var centre = (i + 0.5) * scale;
                var low = Math.Max(0, (int)Math.Floor(centre - radius));
                var high = Math.Min(from, (int)Math.Ceiling(centre + radius));
                first[i] = low;
                weights[i] = WeightsOf(low, Math.Max(high, low + 1), centre, stretch, radius, kernel);
            }

            return new Taps(first, weights);
        }

        public Window WindowOf(int i) => new(_first[i], _weights[i]);

        private static float[] WeightsOf(int low, int high, double centre, double stretch, double radius, ResizeKernel kernel)
        {
            var exact = new double[high - low];
            for (var i = 0; i < exact.Length; i++)
            {
                var old = low + i;
                var distance = (old + 0.5 - centre) / stretch;
                exact[i] = kernel switch
                {
                    ResizeKernel.Lanczos3 => Math.Abs(distance) < 3 ? Sinc(distance) * Sinc(distance / 3) : 0,
                    ResizeKernel.Linear => Math.Max(0, 1 - Math.Abs(distance)),

                    // How much of the old pixel lies inside the new one.
                    _ => Math.Max(0, Math.Min(old + 1, centre + radius) - Math.Max(old, centre - radius)),
                };
            }

            var sum = exact.Sum();
            return Array.ConvertAll(exact, w => (float)(w / sum));
        }

        private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
    }

    private readonly record struct Window(int First, float[] Weights);
}
