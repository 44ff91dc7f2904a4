namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>
/// Exact Euclidean distances to the nearest seed pixel: lower envelope of parabolas, linear in the number of pixels.
/// Felzenszwalb and Huttenlocher 2012, "Distance Transforms of Sampled Functions", §2.
/// </summary>
internal static class DistanceField
{
    /// <summary>Stands for "no seed at all"; larger than any squared distance that fits a picture.</summary>
    private const float Far = 1e12f;

    /// <summary>Distance between pixel centres, 0 at the seeds; <see cref="float.PositiveInfinity"/> everywhere when there is no seed.</summary>
    public static float[] Compute(int width, int height, Func<int, bool> isSeed)
    {
        var squared = new float[checked(width * height)];
        for (var i = 0; i < squared.Length; i++)
            squared[i] = isSeed(i) ? 0 : Far;
        var longest = Math.Max(width, height);
        var line = new float[longest];
        var apex = new int[longest];
        var border = new float[longest + 1];
        for (var x = 0; x < width; x++)
            TransformLine(squared, x, width, height, line, apex, border);
        for (var y = 0; y < height; y++)
            TransformLine(squared, y * width, 1, width, line, apex, border);
        for (var i = 0; i < squared.Length; i++)
            squared[i] = squared[i] >= Far / 2 ? float.PositiveInfinity : MathF.Sqrt(squared[i]);
        return squared;
    }

    private static void TransformLine(float[] values, int start, int stride, int length, float[] line, int[] apex, float[] border)
    {
        for (var i = 0; i < length; i++)
            line[i] = values[start + (i * stride)];
        var k = 0;
        apex[0] = 0;
        border[0] = float.NegativeInfinity;
        border[1] = float.PositiveInfinity;
        for (var q = 1; q < length; q++)
        {
            var crossing = Crossing(q, apex[k]);
            while (crossing <= border[k])
            {
                k--;
                crossing = Crossing(q, apex[k]);
            }

            k++;
            apex[k] = q;
            border[k] = crossing;
            border[k + 1] = float.PositiveInfinity;
        }

        k = 0;
        for (var q = 0; q < length; q++)
        {
            while (border[k + 1] < q)
                k++;
            var d = q - apex[k];
            values[start + (q * stride)] = Math.Min(Far, (d * d) + line[apex[k]]);
        }

        // Double: the difference of two "far" values must not drown the small squares.
        float Crossing(int q, int p) => (float)((((double)line[q] + ((double)q * q)) - ((double)line[p] + ((double)p * p))) / (2.0 * (q - p)));
    }
}
