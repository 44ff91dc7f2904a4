using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Ancestral sampling: Ho, Jain and Abbeel 2020, arXiv 2006.11239, algorithm 2, on a subsequence of the training steps.</summary>
public sealed class DdpmScheduler : IScheduler
{
    /// <summary>Least variance, so that its logarithm exists at the last step.</summary>
    private const float LeastVariance = 1e-20f;

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly VarianceType _variance;
    private readonly float[] _alphas;
    private readonly OriginalEstimate _estimate;
    private int[] _steps = [];
    private float[] _timesteps = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public DdpmScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        // What exactly the second half holds (a variance, its logarithm) differs between trainings, and no known export has it.
        SchedulerGuards.Refuse(config.VarianceType == VarianceType.Learned, config, "variance_type");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _variance = config.VarianceType ?? VarianceType.FixedSmall;
        _alphas = new NoiseSchedule(config).AlphasCumprod;
        _estimate = new OriginalEstimate(config, clipByDefault: true);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        // Copied from DdimScheduler.SetTimesteps.
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        var n = _config.NumTrainTimesteps;
        _steps = new int[steps];
        for (var i = 0; i < steps; i++)
        {
            _steps[i] = (_config.TimestepSpacing ?? TimestepSpacing.Leading) switch
            {
                TimestepSpacing.Leading => ((steps - 1 - i) * (n / steps)) + _config.StepsOffset,
                TimestepSpacing.Trailing => (int)Math.Round(n - (i * (double)n / steps), MidpointRounding.ToEven) - 1,
                TimestepSpacing.Linspace => (int)Math.Round(steps == 1 ? n - 1 : (steps - 1 - i) * ((n - 1.0) / (steps - 1)), MidpointRounding.ToEven),
            };
        }

        if (_steps[0] >= n)
            throw new SamplerRequestException($"{steps} steps and \"steps_offset\" {_config.StepsOffset} go past the {n} training steps.", isAboutSteps: true);
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
        if (_steps[callIndex] > 0)
        {
            SchedulerGuards.Fit(ref _noise, sample.Length);
            noise.FillStep(_noise, callIndex);
        }

        Step(callIndex, modelOutput, sample, predictedOriginal, _noise);
    }

    /// <summary>The step with given unit noise, which training step 0 does not read.</summary>
    internal void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, ReadOnlySpan<float> unitNoise)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        var variance = modelOutput[Math.Min(sample.Length, modelOutput.Length)..];
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        if (_variance == VarianceType.LearnedRange && variance.IsEmpty)
            throw new ArgumentException("The config's learned variance needs a model output of twice the sample's length.", nameof(modelOutput));
        SchedulerGuards.Fit(ref _original, sample.Length);
        var (alpha, alphaNext, beta) = Levels(callIndex);

        // 1. The clean sample: eq. 15; Salimans and Ho 2022, appendix D for v.
        switch (_prediction)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(_original, 1f / MathF.Sqrt(alpha), sample, -MathF.Sqrt(1f - alpha) / MathF.Sqrt(alpha), modelOutput);
                break;
            case PredictionType.VPrediction:
                VectorMath.Combine(_original, MathF.Sqrt(alpha), sample, -MathF.Sqrt(1f - alpha), modelOutput);
                break;
            default:
                modelOutput.CopyTo(_original);
                break;
        }

        _estimate.Limit(_original);

        // 2. The posterior's mean: eq. 7, β and α being those of the whole jump.
        VectorMath.Combine(sample, MathF.Sqrt(1f - beta) * (1f - alphaNext) / (1f - alpha), sample, MathF.Sqrt(alphaNext) * beta / (1f - alpha), _original);

        // 3. Its noise: line 4 of algorithm 2; none at the end.
        if (_steps[callIndex] > 0)
        {
            if (_variance == VarianceType.LearnedRange)
                AddLearnedNoise(callIndex, sample, variance, unitNoise);
            else
                VectorMath.Add(sample, MathF.Sqrt(Variance(callIndex)), unitNoise);
        }

        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        NoiseSchedule.AddNoise(_alphas[_steps[callIndex]], original, noise, noisy);
    }

    /// <summary>The step's fixed variance: β̃ (eq. 7) or β (Ho et al. 2020, §3.2). The "log" kinds are the same number by way of its logarithm.</summary>
    internal float Variance(int callIndex)
    {
        var (alpha, alphaNext, beta) = Levels(callIndex);
        return _variance is VarianceType.FixedLarge or VarianceType.FixedLargeLog
            ? beta
            : Math.Max((1f - alphaNext) / (1f - alpha) * beta, LeastVariance);
    }

    /// <summary>Nichol and Dhariwal 2021, arXiv 2102.09672, eq. 15: log Σ = v log β + (1 − v) log β̃, with v from −1..1 to 0..1.</summary>
    private void AddLearnedNoise(int callIndex, Span<float> sample, ReadOnlySpan<float> variance, ReadOnlySpan<float> unitNoise)
    {
        var high = MathF.Log(Levels(callIndex).Beta);
        var low = MathF.Log(Variance(callIndex));
        for (var i = 0; i < sample.Length; i++)
        {
            var share = (variance[i] + 1f) / 2f;
            sample[i] += MathF.Exp(0.5f * ((share * high) + ((1f - share) * low))) * unitNoise[i];
        }
    }

    /// <summary>ᾱ at the call, ᾱ after it and the jump's β, all in float32: at the last steps β has few digits left and the published values show which.</summary>
    private (float Alpha, float Next, float Beta) Levels(int callIndex)
    {
        var alpha = _alphas[_steps[callIndex]];
        var next = callIndex + 1 < _steps.Length ? _alphas[_steps[callIndex + 1]] : 1f;
        return (alpha, next, 1f - (alpha / next));
    }
}
