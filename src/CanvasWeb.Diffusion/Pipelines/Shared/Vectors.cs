using System.Numerics;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Loops over float spans with the machine's vectors. Element i depends on element i only.</summary>
internal static class Vectors
{
    /// <summary>to += factor · from.</summary>
    public static void AddScaled(Span<float> to, float factor, ReadOnlySpan<float> from)
    {
        from = from[..to.Length];
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(to[i..]) + (factor * new Vector<float>(from[i..]))).CopyTo(to[i..]);
        for (; i < to.Length; i++)
            to[i] += factor * from[i];
    }

    /// <summary>to = factor · from.</summary>
    public static void Scale(Span<float> to, float factor, ReadOnlySpan<float> from)
    {
        from = from[..to.Length];
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
            (factor * new Vector<float>(from[i..])).CopyTo(to[i..]);
        for (; i < to.Length; i++)
            to[i] = factor * from[i];
    }
}
