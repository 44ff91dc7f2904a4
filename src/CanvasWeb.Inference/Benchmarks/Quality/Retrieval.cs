namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>Finding the right one among many by embeddings of length 1.</summary>
internal static class Retrieval
{
    /// <summary>Captions that stand together.</summary>
    public const int GroupSize = 32;

    /// <summary>For each picture whether its own caption is the nearest among those of its group; pictures of a last, smaller group are left out.</summary>
    /// <param name="captions">Picture k's own is caption k.</param>
    /// <param name="shift">0 asks for the own caption; another one for that of the picture so many places on, which is chance.</param>
    public static IReadOnlyList<bool> AmongGroup(IReadOnlyList<float[]> pictures, IReadOnlyList<float[]> captions, int shift = 0)
    {
        var found = new List<bool>();
        for (var start = 0; start + GroupSize <= pictures.Count; start += GroupSize)
        {
            for (var k = 0; k < GroupSize; k++)
                found.Add(Nearest(pictures[start + k], captions, start, GroupSize) == start + ((k + shift) % GroupSize));
        }

        return found;
    }

    /// <summary>Index of the candidate with the largest cosine; the first where several have it.</summary>
    public static int Nearest(float[] query, IReadOnlyList<float[]> candidates, int start, int count)
    {
        var (best, at) = (double.NegativeInfinity, start);
        for (var i = start; i < start + count; i++)
        {
            var cosine = Cosine(query, candidates[i]);
            if (cosine > best)
                (best, at) = (cosine, i);
        }

        return at;
    }

    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (dot, squareA, squareB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
            (dot, squareA, squareB) = (dot + ((double)a[i] * b[i]), squareA + ((double)a[i] * a[i]), squareB + ((double)b[i] * b[i]));
        return dot / Math.Sqrt(Math.Max(squareA * squareB, 1e-24));
    }
}
