namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// Separable cubic resampling of float planes, with the kernel widened when it shrinks (antialiasing): what image encoders and
/// super resolution were trained on. Keys 1981 with a = −1/2, the kernel of Pillow and of torch's antialiased interpolation.
/// </summary>
internal static class Resampler
{
    /// <param name="source"><c>planes</c> planes of <c>sourceWidth * sourceHeight</c>.</param>
    /// <param name="window">Which part of the source to take, in its pixels; may have fractions and must lie inside.</param>
    /// <param name="destination"><c>planes</c> planes of <c>width * height</c>.</param>
    public static void Resample(ReadOnlySpan<float> source, int planes, int sourceWidth, int sourceHeight, (double X, double Y, double Width, double Height) window, Span<float> destination, int width, int height)
    {
        var across = Weights(sourceWidth, window.X, window.Width, width);
        var down = Weights(sourceHeight, window.Y, window.Height, height);
        var rows = new float[sourceHeight * width];
        for (var plane = 0; plane < planes; plane++)
        {
            var from = source.Slice(plane * sourceWidth * sourceHeight, sourceWidth * sourceHeight);
            var to = destination.Slice(plane * width * height, width * height);
            for (var y = 0; y < sourceHeight; y++)
            {
                var row = from.Slice(y * sourceWidth, sourceWidth);
                for (var x = 0; x < width; x++)
                {
                    var (first, weights) = across[x];
                    var sum = 0f;
                    for (var k = 0; k < weights.Length; k++)
                        sum += weights[k] * row[first + k];
                    rows[(y * width) + x] = sum;
                }
            }

            for (var y = 0; y < height; y++)
            {
                var (first, weights) = down[y];
                var row = to.Slice(y * width, width);
                row.Clear();
                for (var k = 0; k < weights.Length; k++)
                {
                    var line = rows.AsSpan((first + k) * width, width);
                    for (var x = 0; x < width; x++)
                        row[x] += weights[k] * line[x];
                }
            }
        }
    }

    private static (int First, float[] Weights)[] Weights(int sourceSize, double start, double length, int size)
    {
        var scale = length / size;
        var stretch = Math.Max(1, scale);
        var result = new (int, float[])[size];
        for (var i = 0; i < size; i++)
        {
            var centre = start + ((i + 0.5) * scale);
            var first = Math.Max(0, (int)Math.Floor(centre - (2 * stretch) + 0.5));
            var last = Math.Min(sourceSize, (int)Math.Floor(centre + (2 * stretch) + 0.5));
            var weights = new double[last - first];
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++)
                sum += weights[k] = Cubic((first + k + 0.5 - centre) / stretch);
            result[i] = (first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
        }

        return result;
    }

    /// <summary>Keys 1981, "Cubic convolution interpolation", with a = −1/2.</summary>
    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        if (x < 1)
            return (((1.5 * x) - 2.5) * x * x) + 1;
        return x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2 : 0;
    }
}
