using CanvasWeb.Diffusion.Noise;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// One sampler of one picture's denoising. Stateful (multi-step methods keep earlier model outputs): make a new one for every picture.
/// One algorithm, one file; each is checked against published full-loop values.
/// </summary>
public interface IScheduler
{
    /// <summary>What the model is called with, in order; its length is the number of model calls (Heun and PNDM take more than asked for).</summary>
    IReadOnlyList<float> Timesteps { get; }

    /// <summary>Standard deviation that unit noise is multiplied with before the first step.</summary>
    float InitialNoiseSigma { get; }

    /// <summary>Prepares a run; must be called first.</summary>
    /// <param name="steps">At least 1 and at most the training steps.</param>
    /// <exception cref="SamplerRequestException">Too few or too many steps; the message says the range.</exception>
    void SetTimesteps(int steps);

    /// <summary>
    /// Index into <see cref="Timesteps"/> of the first model call of the asked-for step: the only indices that a run may begin at
    /// (image-to-image with strength s begins at step <c>steps - (int)(steps * s)</c>). The same number except for Heun and PNDM.
    /// </summary>
    /// <param name="step">From 0 to steps − 1.</param>
    int CallIndexOfStep(int step);

    /// <summary>The sample as the model wants to see it at this call (sigma-parameterised samplers divide by sqrt(sigma² + 1)); others copy.</summary>
    void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled);

    /// <summary>Goes one model call on. Allocates nothing after the first call of a run.</summary>
    /// <param name="callIndex">Index into <see cref="Timesteps"/>; must go up by one each call.</param>
    /// <param name="modelOutput">What the model said (after guidance), in the config's prediction type. May have twice the sample's
    /// length, the prediction and then a variance, which Ddpm and UnClip use when the config says "learned_range" and others ignore.</param>
    /// <param name="sample">Becomes the next sample, in place.</param>
    /// <param name="predictedOriginal">Receives the current estimate of the clean sample (for previews), or empty.</param>
    /// <param name="noise">For stochastic samplers, which draw from stream "step/{callIndex}".</param>
    void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise);

    /// <summary>The clean sample noised to what the loop would hold at this call: where image-to-image begins.</summary>
    void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy);
}
