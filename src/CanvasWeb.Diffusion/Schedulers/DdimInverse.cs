using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// DDIM run backwards, from a clean sample x_0 to the noise x_T that DDIM with η = 0 makes it from: the second half of the bipartite
/// latent (z_i, x_T) of unCLIP (Ramesh et al. 2022, arXiv 2204.06125, §2; Song et al. 2021, arXiv 2010.02502, §4.3). The same loop as
/// sampling; the "clean sample" goes in and noise of unit spread comes out.
/// </summary>
/// <remarks>Inversion assumes that the model says the same at both ends of a step, so use many steps (50 or more) and no guidance.</remarks>
public sealed class DdimInverse : IScheduler
{
    private readonly DdimScheduler _forward;
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly float[] _alphas;
    private readonly float _firstAlpha;
    private readonly OriginalEstimate _estimate;
    private float[] _timesteps = [];
    private float[] _original = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public DdimInverse(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _forward = new DdimScheduler(config);
        _config = config;
        _prediction = config.PredictionType ?? PredictionType.Epsilon;
        _alphas = new NoiseSchedule(config).AlphasCumprod;
        _firstAlpha = config.SetAlphaToOne ?? true ? 1f : _alphas[0];
        _estimate = new OriginalEstimate(config, clipByDefault: true);
    }

    /// <summary>Rising: the steps of <see cref="DdimScheduler"/> from its last to its first.</summary>
    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        _forward.SetTimesteps(steps);
        _timesteps = [.. _forward.Timesteps.Reverse()];
        if (_prediction == PredictionType.Sample && LevelBefore(0) == 1f)
            throw new Models.ModelFormatException(_config.File, "\"prediction_type\" sample cannot be inverted: the first step holds no noise to read off.");
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
        SchedulerGuards.Fit(ref _original, sample.Length);

        // 1. The sample is still at the level before; the model is asked at the level that it goes to. That way each call meets the same
        // timestep as the sampling loop will, and the two loops differ by the discretisation only.
        double alpha = LevelBefore(callIndex);
        double alphaNext = _alphas[(int)_timesteps[callIndex]];
        var (signal, sigma) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));
        var (a, b) = _prediction switch
        {
            PredictionType.Epsilon => (0.0, 1.0),
            PredictionType.VPrediction => (sigma, signal),
            _ => (1 / sigma, -signal / sigma),
        };
        switch (_prediction)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(_original, (float)(1 / signal), sample, (float)(-sigma / signal), modelOutput);
                break;
            case PredictionType.VPrediction:
                VectorMath.Combine(_original, (float)signal, sample, (float)-sigma, modelOutput);
                break;
            default:
                modelOutput.CopyTo(_original);
                break;
        }

        _estimate.Limit(_original);

        // 2. Song et al. 2021, eq. 12 with σ = 0, upwards.
        var direction = Math.Sqrt(1 - alphaNext);
        VectorMath.Combine(sample, (float)(direction * a), sample, (float)(direction * b), modelOutput);
        VectorMath.Add(sample, (float)Math.Sqrt(alphaNext), _original);
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        double alpha = LevelBefore(callIndex);
        VectorMath.Combine(noisy, (float)Math.Sqrt(alpha), original, (float)Math.Sqrt(1 - alpha), noise);
    }

    private float LevelBefore(int callIndex) => callIndex == 0 ? _firstAlpha : _alphas[(int)_timesteps[callIndex - 1]];
}
