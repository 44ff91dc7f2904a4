using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>What the denoising loop begins from.</summary>
internal static class StartOfLoop
{
    /// <summary>The request's own noise where it brings some, else the seed's stream "latents".</summary>
    /// <exception cref="GenerationException">"noise_size": the given noise has another length.</exception>
    public static void FillNoise(GenerationRequest request, SeededNoise noise, Tensor destination)
    {
        if (request.InitialNoise is not { } given)
        {
            noise.Fill(destination.Span, "latents");
            return;
        }

        if (given.Length != destination.Length)
            throw new GenerationException("noise_size", FormattableString.Invariant($"The initial noise has {given.Length} values; at this size the model needs {destination.Length} ([{string.Join(", ", destination.Shape)}])."));
        given.CopyTo(destination.Span);
    }

    /// <summary>The model call that a run of this strength begins with; 0 runs all of them.</summary>
    /// <exception cref="GenerationException">"strength_too_low": not one step would be left.</exception>
    public static int FirstCall(IScheduler scheduler, int steps, float strength)
    {
        var left = (int)Math.Min(steps, steps * (double)strength + 1e-6);
        if (left < 1)
            throw new GenerationException("strength_too_low", FormattableString.Invariant($"A strength of {strength} leaves none of {steps} steps to run: use at least {1f / steps:0.###} or more steps."));
        return scheduler.CallIndexOfStep(steps - left);
    }

    /// <summary>Whether a variation starts from the noise of its picture: it is told how far to go from there, and its sampler can be run backwards.</summary>
    public static bool IsFromOwnNoise(CheckedRequest asked) => asked.Request.Eta is not null && InvertibleSamplers.Contains(asked.Scheduler);

    /// <summary>
    /// The start of a variation: flow matching turns from the picture's own noise to the seed's by η. DDIM starts from the picture's own, and its steps
    /// draw what is new (Ramesh et al. 2022, §3.1).
    /// </summary>
    /// <param name="start">The seed's noise; becomes the start.</param>
    public static void Vary(CheckedRequest asked, Tensor own, Tensor start)
    {
        var fresh = asked.Scheduler == SchedulerKind.FlowMatchEuler ? asked.Request.Eta ?? 1f : 0f;
        VectorMath.Slerp(start.Span, own.Span, start.Span, fresh);
    }

    /// <summary>Pure noise at full strength, else the picture noised to the first call's level.</summary>
    /// <param name="original">Latents, scaled as the denoiser works on them.</param>
    /// <param name="latents">Receives the start; same shape.</param>
    public static void FromPicture(IScheduler scheduler, int firstCall, float strength, Tensor original, Tensor noise, Tensor latents)
    {
        if (strength >= 1f)
            FromNoise(scheduler, noise, latents);
        else
            scheduler.AddNoise(firstCall, original.Span, noise.Span, latents.Span);
    }

    /// <summary>Unit noise at the scheduler's first level.</summary>
    public static void FromNoise(IScheduler scheduler, Tensor noise, Tensor latents) => VectorMath.Scale(latents.Span, scheduler.InitialNoiseSigma, noise.Span);
}
