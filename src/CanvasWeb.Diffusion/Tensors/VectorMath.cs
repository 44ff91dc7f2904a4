using System.Numerics;

namespace CanvasWeb.Diffusion.Tensors;

/// <summary>
/// The few array operations that samplers and pipelines are made of, in float32 with the machine's vectors. Element i depends on element i only,
/// so a destination may be one of the sources, and the result does not depend on the vector width.
/// </summary>
internal static class VectorMath
{
    /// <summary>destination = a x.</summary>
    public static void Scale(Span<float> destination, float a, ReadOnlySpan<float> x)
    {
        x = x[..destination.Length];
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(x[i..]) * a).CopyTo(destination[i..]);
        for (; i < destination.Length; i++)
            destination[i] = a * x[i];
    }

    /// <summary>destination = a x + b y.</summary>
    public static void Combine(Span<float> destination, float a, ReadOnlySpan<float> x, float b, ReadOnlySpan<float> y)
    {
        x = x[..destination.Length];
        y = y[..destination.Length];
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
            ((new Vector<float>(x[i..]) * a) + (new Vector<float>(y[i..]) * b)).CopyTo(destination[i..]);
        for (; i < destination.Length; i++)
            destination[i] = (a * x[i]) + (b * y[i]);
    }

    /// <summary>destination += a x.</summary>
    public static void Add(Span<float> destination, float a, ReadOnlySpan<float> x) => Combine(destination, 1f, destination, a, x);

    /// <summary>Limits every value to −limit..limit.</summary>
    public static void Clamp(Span<float> values, float limit)
    {
        var high = new Vector<float>(limit);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Min(Vector.Max(new Vector<float>(values[i..]), -high), high).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] = Math.Clamp(values[i], -limit, limit);
    }
}
