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

    /// <summary>
    /// Spherical interpolation (Shoemake 1985) between two directions, with the lengths in between: 0 gives a, 1 gives b. What is as good as
    /// parallel is mixed straight; what is opposed has no way between, and is mixed straight, too.
    /// </summary>
    /// <param name="destination">May be one of the sources.</param>
    public static void Slerp(Span<float> destination, ReadOnlySpan<float> a, ReadOnlySpan<float> b, double theta)
    {
        var (lengthA, lengthB) = (Length(a), Length(b));
        var (partA, partB) = (1 - theta, theta);
        if (lengthA > 0 && lengthB > 0)
        {
            var angle = Math.Acos(Math.Clamp(Dot(a, b) / (lengthA * lengthB), -1, 1));
            var sine = Math.Sin(angle);
            if (sine > 1e-4)
            {
                var length = ((1 - theta) * lengthA) + (theta * lengthB);
                partA = Math.Sin((1 - theta) * angle) / sine * length / lengthA;
                partB = Math.Sin(theta * angle) / sine * length / lengthB;
            }
        }

        Combine(destination, (float)partA, a, (float)partB, b);
    }

    /// <summary>Sum of products, in double: the sum over a picture's noise has tens of thousands of terms.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * (double)b[i];
        return sum;
    }

    /// <summary>Euclidean length.</summary>
    public static double Length(ReadOnlySpan<float> x) => Math.Sqrt(Dot(x, x));

    /// <summary>Scales to length 1; zeros stay.</summary>
    public static void Normalise(Span<float> x) => Scale(x, (float)(1 / Math.Max(Length(x), 1e-12)), x);

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
