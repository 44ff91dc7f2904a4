using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Flow matching run backwards, from a clean sample x_0 to the noise x_1 that <see cref="FlowMatchEulerScheduler"/> makes it from: its ordinary
/// differential equation has one way through every point (Lipman et al. 2023, arXiv 2210.02747; Liu et al. 2023, arXiv 2209.03003, §2). The
/// same loop as sampling; the "clean sample" goes in and noise of about unit spread comes out.
/// </summary>
/// <remarks>
/// A step is the sampler's own, solved for where it came from: x_σ = x_σ' + (σ − σ') v(x_σ, σ). The velocity is asked for at the level that the
/// step goes to, so who evaluates it at the next sample (by repeating the step) gets the sampler's exact inverse but for the sampler's
/// limit of the clean sample, which this one leaves out: it cannot be undone.
/// </remarks>
public sealed class FlowMatchInverse : IScheduler
{
    private readonly FlowMatchEulerScheduler _forward;
    private float[] _timesteps = [];
    private double[] _sigmas = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public FlowMatchInverse(SchedulerConfig config)
    {
        _forward = new FlowMatchEulerScheduler(config);
        if ((config.PredictionType ?? PredictionType.Flow) != PredictionType.Flow)
            throw new Models.ModelFormatException(config.File, "\"prediction_type\" sample cannot be inverted: the first step holds no noise to read off.");
    }

    /// <summary>Rising: the steps of <see cref="FlowMatchEulerScheduler"/> from its last to its first.</summary>
    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        _forward.SetTimesteps(steps);
        _timesteps = [.. _forward.Timesteps.Reverse()];
        _sigmas = [.. _forward.Sigmas.Reverse()];
    }

    public int CallIndexOfStep(int step) => SchedulerGuards.CheckStep(step, _timesteps.Length);

    public void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        sample.CopyTo(scaled);
    }

    public void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        var (sigma, sigmaNext) = (_sigmas[callIndex], _sigmas[callIndex + 1]);

        // 1. The clean sample: the end of the line through this one.
        if (!predictedOriginal.IsEmpty)
            VectorMath.Combine(predictedOriginal, 1f, sample, (float)-sigma, modelOutput);

        // 2. x + (σ' − σ) v, upwards.
        VectorMath.Add(sample, (float)(sigmaNext - sigma), modelOutput);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, (float)(1 - _sigmas[callIndex]), original, (float)_sigmas[callIndex], noise);
    }
}
