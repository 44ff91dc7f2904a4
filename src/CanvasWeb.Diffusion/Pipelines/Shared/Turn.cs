using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Where unCLIP's operations on embeddings go (Ramesh et al. 2022, §3), and how the rest follows.</summary>
internal static class Turn
{
    /// <summary>At this θ a text diff has turned all that is not the embedding, too (§3.3 goes no further, and beyond it the picture is left); at this η a variation is guided fully.</summary>
    private const float FullAt = 0.5f;

    /// <summary>§3.3: slerp(z_i, norm(z_t − z_t0), θ), of the picture's own length.</summary>
    /// <param name="embedding">Of the picture; turned in place.</param>
    /// <param name="from">z_t0; null where there is no caption to go from, and the way is to z_t itself.</param>
    /// <param name="to">z_t.</param>
    /// <exception cref="GenerationException">"captions_equal".</exception>
    public static void Embedding(Span<float> embedding, ReadOnlySpan<float> from, ReadOnlySpan<float> to, float theta)
    {
        var goal = to.ToArray();
        if (!from.IsEmpty)
            VectorMath.Add(goal, -1f, from);
        if (VectorMath.Length(goal) < 1e-4 * VectorMath.Length(to))
            throw new GenerationException("captions_equal", "Both captions say the same: there is nothing to change the picture by.");
        VectorMath.Normalise(goal);
        VectorMath.Scale(goal, (float)VectorMath.Length(embedding), goal);
        VectorMath.Slerp(embedding, embedding, goal, theta);
    }

    /// <summary>
    /// How far a text diff has turned, 0..1. The words that the decoder hears, and the guidance, go with it: at 0 the picture itself comes out, because
    /// inversion knows neither.
    /// </summary>
    public static float OfTextDiff(float theta) => Math.Min(1f, theta / FullAt);

    /// <summary>How far an interpolation is from the nearer end, 0..1: at the ends the pictures themselves come out.</summary>
    public static float OfInterpolation(float theta) => 4f * theta * (1f - theta);

    /// <summary>How far a variation has left its picture, 0..1, by its η.</summary>
    public static float OfVariation(float eta) => Math.Min(1f, eta / FullAt);

    /// <summary>The guidance scale after so much of the way from none to the one asked for.</summary>
    public static float Guidance(float scale, float turned) => 1f + ((Math.Max(1f, scale) - 1f) * turned);
}
