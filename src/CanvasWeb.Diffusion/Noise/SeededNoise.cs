namespace CanvasWeb.Diffusion.Noise;

/// <summary>
/// Unit normal noise that depends on nothing but (seed, image index, stream, position): counter-based, so the k-th picture of a
/// request gets the same noise alone or in a batch, in any order, on any thread.
/// </summary>
/// <param name="Seed">The request's seed.</param>
/// <param name="ImageIndex">Which picture of the request, from 0.</param>
public readonly record struct SeededNoise(ulong Seed, int ImageIndex)
{
    /// <summary>Fills with draws of the normal distribution N(0, 1).</summary>
    /// <param name="destination">Receives the noise; position i is the same value whatever the length.</param>
    /// <param name="stream">Names what the noise is for, so that two uses never share draws: for example "latents", "prior", "step/7".</param>
    public void Fill(Span<float> destination, string stream) => throw new NotSupportedException("Arrives with the schedulers.");
}
