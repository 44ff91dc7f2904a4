using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Of several samples of a prior the one whose embedding is nearest to the text's (Ramesh et al. 2022, §2.2: the higher product with z_t).</summary>
/// <param name="text">The caption's embedding.</param>
/// <param name="embedding">Holds the nearest sample so far.</param>
internal ref struct NearestSample(ReadOnlySpan<float> text, Span<float> embedding)
{
    private readonly ReadOnlySpan<float> _text = text;
    private readonly Span<float> _embedding = embedding;
    private double _similarity = double.NegativeInfinity;

    /// <summary>The noise of a sample: the first one's is that of a request for one.</summary>
    /// <param name="index">From 0.</param>
    public static SeededNoise Noise(SeededNoise noise, int index) => index == 0 ? noise : noise.Scope(FormattableString.Invariant($"prior_sample_{index}"));

    public void Take(ReadOnlySpan<float> sample)
    {
        var similarity = VectorMath.Dot(_text, sample) / Math.Max(VectorMath.Length(sample), 1e-12);
        if (similarity <= _similarity)
            return;
        _similarity = similarity;
        sample.CopyTo(_embedding);
    }
}
