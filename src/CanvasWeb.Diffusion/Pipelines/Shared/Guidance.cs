using System.Numerics;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Classifier-free guidance.</summary>
internal static class Guidance
{
    /// <summary>
    /// Ho and Salimans 2022 (arXiv 2207.12598), eq. 6, in the form of Imagen, eq. 2: destination = u + scale (c − u). Element i depends on
    /// element i only, so the destination may be one of the sources.
    /// </summary>
    public static void Combine(ReadOnlySpan<float> unconditional, ReadOnlySpan<float> conditional, float scale, Span<float> destination)
    {
        unconditional = unconditional[..destination.Length];
        conditional = conditional[..destination.Length];
        var i = 0;
        for (; i <= destination.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var u = new Vector<float>(unconditional[i..]);
            (u + (scale * (new Vector<float>(conditional[i..]) - u))).CopyTo(destination[i..]);
        }

        for (; i < destination.Length; i++)
            destination[i] = unconditional[i] + (scale * (conditional[i] - unconditional[i]));
    }

    /// <summary>
    /// The guidance scale as distilled models take it (Luo et al. 2023, latent consistency models, §4.2; the embedding is that of
    /// Kingma et al. 2021, variational diffusion models): sin and cos of 1000 w at size / 2 frequencies from 1 to 1/10000.
    /// </summary>
    /// <param name="w">The scale minus one: 0 is "no guidance".</param>
    /// <param name="destination">Receives the embedding; its length is even, as the U-Net's <c>time_cond_proj_dim</c>.</param>
    public static void Embed(float w, Span<float> destination)
    {
        var half = destination.Length / 2;
        for (var i = 0; i < half; i++)
        {
            var angle = 1000.0 * w * Math.Exp(-Math.Log(10000.0) * i / Math.Max(1, half - 1));
            destination[i] = (float)Math.Sin(angle);
            destination[half + i] = (float)Math.Cos(angle);
        }
    }
}
