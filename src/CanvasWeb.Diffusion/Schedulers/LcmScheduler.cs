using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Multistep sampling of a latent consistency model: Luo et al. 2023, arXiv 2310.04378, algorithm 3. Each call jumps to the clean sample,
/// then noise takes it back to the next level. One to eight steps are what such models are made for.
/// </summary>
public sealed class LcmScheduler : IScheduler
{
    /// <summary>σ_data of the boundary conditions: Song et al. 2023 (consistency models), appendix C.</summary>
    private const double SigmaData = 0.5;

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly float[] _alphas;
    private readonly OriginalEstimate _estimate;
    private int[] _steps = [];
    private float[] _timesteps = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public LcmScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _alphas = new NoiseSchedule(config, betaStart: 0.00085, betaEnd: 0.012, BetaSchedule.ScaledLinear).AlphasCumprod;
        _estimate = new OriginalEstimate(config);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        // Evenly spaced entries of the schedule that the model was distilled on, from its end.
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
        if (callIndex < _steps.Length - 1)
        {
            SchedulerGuards.Fit(ref _noise, sample.Length);
            noise.FillStep(_noise, callIndex);
        }

        Step(callIndex, modelOutput, sample, predictedOriginal, _noise);
    }

    /// <summary>The step with given unit noise, which the last call does not read.</summary>
    internal void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, ReadOnlySpan<float> unitNoise)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);
        double alpha = _alphas[_steps[callIndex]];
        var (signal, sigma) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));

        // 1. The clean sample: eq. 9 for ε; Salimans and Ho 2022, appendix D for v.
        OriginalEstimate.FromPrediction(_prediction, signal, sigma, sample, modelOutput, _original);

        _estimate.Limit(_original);
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);

        // 2. The consistency function f = c_skip x + c_out x_0 (eq. 9), whose boundary condition is f = x at time 0.
        var time = (double)_steps[callIndex] * _config.TimestepScaling;
        var skip = SigmaData * SigmaData / ((time * time) + (SigmaData * SigmaData));
        var output = time / Math.Sqrt((time * time) + (SigmaData * SigmaData));
        VectorMath.Combine(sample, (float)skip, sample, (float)output, _original);

        // 3. Noise takes it back to the next level (line 5 of algorithm 3); none after the last call.
        if (callIndex < _steps.Length - 1)
        {
            double alphaNext = _alphas[_steps[callIndex + 1]];
            VectorMath.Combine(sample, (float)Math.Sqrt(alphaNext), sample, (float)Math.Sqrt(1 - alphaNext), unitNoise);
        }
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        NoiseSchedule.AddNoise(_alphas[_steps[callIndex]], original, noise, noisy);
    }
}
