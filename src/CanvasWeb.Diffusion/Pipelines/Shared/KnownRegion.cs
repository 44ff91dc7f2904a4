using System.Numerics;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// Keeps the known part of a picture while the rest is made: differential diffusion (Levin and Fried 2023, arXiv 2306.00950, §3.2).
/// Before each model call every latent pixel whose time has not come is set to the original, noised to that call's level. A pixel of
/// mask value m is held for the first 1 − m of the calls: 0 always, 1 never, between them the border is let go step by step.
/// </summary>
/// <param name="original">The picture's latents, scaled as the denoiser works on them, <c>[1, channels, height, width]</c>.</param>
/// <param name="noise">The noise that the run started from, same shape.</param>
/// <param name="latentMask"><c>[height * width]</c> in 0..1, from <see cref="Inpainting.LatentMask"/>.</param>
/// <param name="scratch">Same shape, for the noised original.</param>
internal sealed class KnownRegion(Tensor original, Tensor noise, float[] latentMask, Tensor scratch)
{
    /// <summary>Sets what is still held at this call.</summary>
    /// <param name="progress">Share of the calls that are done, 0 before the first.</param>
    public void Hold(IScheduler scheduler, int callIndex, float progress, Span<float> latents)
    {
        scheduler.AddNoise(callIndex, original.Span, noise.Span, scratch.Span);
        Select(scratch.Span, progress, latents);
    }

    /// <summary>After the last call: what was always held is the original, not one last step away from it.</summary>
    public void Finish(Span<float> latents) => Select(original.Span, MathF.BitDecrement(1f), latents);

    /// <summary>latents = known where 1 − mask is greater than progress.</summary>
    private void Select(ReadOnlySpan<float> known, float progress, Span<float> latents)
    {
        var area = latentMask.Length;
        var limit = new Vector<float>(progress);
        for (var channel = 0; channel < latents.Length / area; channel++)
        {
            var to = latents.Slice(channel * area, area);
            var from = known.Slice(channel * area, area);
            var i = 0;
            for (; i <= area - Vector<float>.Count; i += Vector<float>.Count)
            {
                var held = Vector.GreaterThan(Vector<float>.One - new Vector<float>(latentMask, i), limit);
                Vector.ConditionalSelect(held, new Vector<float>(from[i..]), new Vector<float>(to[i..])).CopyTo(to[i..]);
            }

            for (; i < area; i++)
            {
                if (1f - latentMask[i] > progress)
                    to[i] = from[i];
            }
        }
    }
}
