using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Strategic stochastic sampling of a trajectory consistency model: Zheng et al. 2024, arXiv 2402.19159, algorithm 4. Each call jumps
/// along the trajectory past the next level, to s = (1 − γ) t', and noise takes it back up.
/// </summary>
public sealed class TcdScheduler : IScheduler
{
    /// <summary>The paper's γ for a few steps.</summary>
    public const float DefaultGamma = 0.3f;

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly float[] _alphas;
    private readonly OriginalEstimate _estimate;
    private int[] _steps = [];
    private float[] _timesteps = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <param name="gamma">γ, 0..1: 0 is deterministic, 1 goes by way of the clean sample like LCM.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public TcdScheduler(SchedulerConfig config, float gamma = DefaultGamma)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!(gamma is >= 0f and <= 1f))
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "γ must be from 0 to 1.");
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _alphas = new NoiseSchedule(config, betaStart: 0.00085, betaEnd: 0.012, BetaSchedule.ScaledLinear).AlphasCumprod;
        _estimate = new OriginalEstimate(config);
        Gamma = gamma;
    }

    /// <summary>γ: how far past the next level each jump goes.</summary>
    public float Gamma { get; }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        // Copied from LcmScheduler.SetTimesteps.
        var originalSteps = _config.OriginalInferenceSteps;
        SchedulerGuards.CheckSteps(steps, originalSteps);
        var skip = _config.NumTrainTimesteps / originalSteps;
        _steps = new int[steps];
        for (var i = 0; i < steps; i++)
            _steps[i] = ((originalSteps - (int)Math.Floor(i * ((double)originalSteps / steps))) * skip) - 1;
        if (_prediction == PredictionType.Epsilon && _alphas[_steps[0]] == 0f)
            throw new Models.ModelFormatException(_config.File, "\"rescale_betas_zero_snr\" cannot be honoured with \"prediction_type\" epsilon: at the first step the noise alone says nothing about the picture.");
        _timesteps = Array.ConvertAll(_steps, t => (float)t);
    }

    public int CallIndexOfStep(int step) => SchedulerGuards.CheckStep(step, _steps.Length);

    public void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        sample.CopyTo(scaled);
    }

    public void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);
        var isLast = callIndex == _steps.Length - 1;
        double alpha = _alphas[_steps[callIndex]];
        var next = isLast ? 0 : _steps[callIndex + 1];
        // In float32 as published: (1 − 0.3) · 99 is 69.3 either way, but products that land on a whole number must fall the same way.
        double alphaTarget = _alphas[(int)MathF.Floor((1f - Gamma) * next)];
        var (signal, sigma) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));

        // 1. The clean sample, as DDIM has it (Song et al. 2021, eq. 9); Salimans and Ho 2022, appendix D for v.
        OriginalEstimate.FromPrediction(_prediction, signal, sigma, sample, modelOutput, _original);

        // 2. The jump to s along the trajectory: sqrt(ᾱ_s) x_0 + sqrt(1 − ᾱ_s) ε, where ε is a of the sample and b of the output.
        var (a, b) = _prediction switch
        {
            PredictionType.Epsilon => (0.0, 1.0),
            PredictionType.VPrediction => (sigma, signal),
            _ => (1 / sigma, -signal / sigma),
        };
        var direction = Math.Sqrt(1 - alphaTarget);
        if (a == 0)
            VectorMath.Scale(sample, (float)(direction * b), modelOutput);
        else
            VectorMath.Combine(sample, (float)(direction * a), sample, (float)(direction * b), modelOutput);
        _estimate.Limit(_original);
        VectorMath.Add(sample, (float)Math.Sqrt(alphaTarget), _original);

        // 3. Noise takes it up to the next level; none after the last call.
        if (Gamma > 0 && !isLast)
        {
            SchedulerGuards.Fit(ref _noise, sample.Length);
            noise.FillStep(_noise, callIndex);
            var ratio = _alphas[next] / alphaTarget;
            VectorMath.Combine(sample, (float)Math.Sqrt(ratio), sample, (float)Math.Sqrt(1 - ratio), _noise);
        }

        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        NoiseSchedule.AddNoise(_alphas[_steps[callIndex]], original, noise, noisy);
    }
}
