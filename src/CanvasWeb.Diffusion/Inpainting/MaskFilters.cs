namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Plain filters over one float per pixel. Masks stay in float: eight bits would round a grade away.</summary>
internal static class MaskFilters
{
    /// <summary>Largest value within <paramref name="radius"/> in both directions; separable, a monotonic queue makes it linear in the size.</summary>
    public static float[] Maximum(float[] values, int width, int height, int radius)
    {
        if (radius == 0)
            return (float[])values.Clone();
        var rows = new float[values.Length];
        var result = new float[values.Length];
        var queue = new int[Math.Max(width, height)];
        for (var y = 0; y < height; y++)
            MaximumLine(values, rows, y * width, 1, width, radius, queue);
        for (var x = 0; x < width; x++)
            MaximumLine(rows, result, x, width, height, radius, queue);
        return result;
    }

    /// <summary>Gaussian, separable, cut at three sigma, the border repeated.</summary>
    public static float[] Gaussian(float[] values, int width, int height, float sigma)
    {
        if (sigma <= 0)
            return (float[])values.Clone();
        var radius = Math.Max(1, (int)MathF.Ceiling(3 * sigma));
        var kernel = new float[(2 * radius) + 1];
        var sum = 0f;
        for (var k = 0; k < kernel.Length; k++)
            sum += kernel[k] = MathF.Exp(-(k - radius) * (k - radius) / (2 * sigma * sigma));
        for (var k = 0; k < kernel.Length; k++)
            kernel[k] /= sum;
        var rows = new float[values.Length];
        var result = new float[values.Length];
        for (var y = 0; y < height; y++)
            ConvolveLine(values, rows, y * width, 1, width, kernel);
        for (var x = 0; x < width; x++)
            ConvolveLine(rows, result, x, width, height, kernel);
        return result;
    }

    /// <summary>Largest source value under each destination pixel; where the destination is finer, linear between source centres.</summary>
    public static float[] ResizeByMaximum(float[] values, int width, int height, int newWidth, int newHeight)
    {
        var rows = new float[checked(newWidth * height)];
        for (var y = 0; y < height; y++)
            ResizeLine(values, y * width, 1, width, rows, y * newWidth, 1, newWidth);
        var result = new float[checked(newWidth * newHeight)];
        for (var x = 0; x < newWidth; x++)
            ResizeLine(rows, x, newWidth, height, result, x, newWidth, newHeight);
        return result;
    }

    private static void MaximumLine(float[] from, float[] to, int start, int stride, int length, int radius, int[] queue)
    {
        // The queue holds positions of falling values; its head is the largest of the window.
        int head = 0, tail = 0;
        for (var i = 0; i < length + radius; i++)
        {
            if (i < length)
            {
                var value = from[start + (i * stride)];
                while (tail > head && from[start + (queue[tail - 1] * stride)] <= value)
                    tail--;
                queue[tail++] = i;
            }

            var centre = i - radius;
            if (centre < 0)
                continue;
            if (queue[head] < centre - radius)
                head++;
            to[start + (centre * stride)] = from[start + (queue[head] * stride)];
        }
    }

    private static void ConvolveLine(float[] from, float[] to, int start, int stride, int length, float[] kernel)
    {
        var radius = kernel.Length / 2;
        for (var i = 0; i < length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < kernel.Length; k++)
                sum += kernel[k] * from[start + (Math.Clamp(i + k - radius, 0, length - 1) * stride)];
            // Rounding may leave 1 by a hair; masks promise 0..1.
            to[start + (i * stride)] = Math.Clamp(sum, 0, 1);
        }
    }

    private static void ResizeLine(float[] from, int fromStart, int fromStride, int length, float[] to, int toStart, int toStride, int newLength)
    {
        for (var i = 0; i < newLength; i++)
        {
            float value;
            if (newLength >= length)
            {
                var centre = ((i + 0.5f) * length / newLength) - 0.5f;
                var low = Math.Clamp((int)MathF.Floor(centre), 0, length - 1);
                var high = Math.Min(low + 1, length - 1);
                var t = Math.Clamp(centre - low, 0, 1);
                value = float.Lerp(from[fromStart + (low * fromStride)], from[fromStart + (high * fromStride)], t);
            }
            else
            {
                var first = (int)((long)i * length / newLength);
                var last = (int)((((long)i + 1) * length + newLength - 1) / newLength);
                value = 0;
                for (var k = first; k < last; k++)
                    value = Math.Max(value, from[fromStart + (k * fromStride)]);
            }

            to[toStart + (i * toStride)] = Math.Clamp(value, 0, 1);
        }
    }
}
