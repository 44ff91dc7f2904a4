using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Denoising diffusion implicit models: Song, Meng and Ermon 2021, arXiv 2010.02502. Deterministic with η = 0, DDPM-like with η = 1.
/// Works with zero terminal SNR when the model predicts v or the sample.
/// </summary>
public sealed class DdimScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly float[] _alphas;
    private readonly float _finalAlpha;
    private readonly OriginalEstimate _estimate;
    private int[] _steps = [];
    private float[] _timesteps = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <param name="eta">η of eq. 16, 0..1.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public DdimScheduler(SchedulerConfig config, float eta = 0f)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!(eta is >= 0f and <= 1f))
            throw new ArgumentOutOfRangeException(nameof(eta), eta, "η must be from 0 to 1.");
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _alphas = new NoiseSchedule(config).AlphasCumprod;
        _finalAlpha = config.SetAlphaToOne ?? true ? 1f : _alphas[0];
        _estimate = new OriginalEstimate(config, clipByDefault: true);
        Eta = eta;
    }

    /// <summary>η: how much of the noise of each step is drawn anew.</summary>
    public float Eta { get; }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
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
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);

        // The next entry of the list, not t - N / n: with trailing or linspace spacing and an n that does not divide N they differ.
        double alpha = _alphas[_steps[callIndex]];
        double alphaNext = callIndex + 1 < _steps.Length ? _alphas[_steps[callIndex + 1]] : _finalAlpha;
        var (signal, sigma) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));

        // 1. The clean sample: eq. 9 for ε; Salimans and Ho 2022, appendix D for v.
        OriginalEstimate.FromPrediction(_prediction, signal, sigma, sample, modelOutput, _original);

        // 2. The noise of eq. 12's "direction pointing to x_t" is coefficient a of the sample and b of the model output. It comes from
        // the model, not from the limited estimate (diffusers' use_clipped_model_output off).
        var direction = Math.Sqrt(Math.Max(0, 1 - alphaNext - Variance(alpha, alphaNext)));
        var (a, b) = _prediction switch
        {
            PredictionType.Epsilon => (0.0, 1.0),
            PredictionType.VPrediction => (sigma, signal),
            _ => (1 / sigma, -signal / sigma),
        };
        if (a == 0)
            VectorMath.Scale(sample, (float)(direction * b), modelOutput);
        else
            VectorMath.Combine(sample, (float)(direction * a), sample, (float)(direction * b), modelOutput);

        // 3. Eq. 12: predicted x_0, direction, random noise.
        _estimate.Limit(_original);
        VectorMath.Add(sample, (float)Math.Sqrt(alphaNext), _original);
        if (Eta > 0)
        {
            SchedulerGuards.Fit(ref _noise, sample.Length);
            noise.FillStep(_noise, callIndex);
            VectorMath.Add(sample, (float)Math.Sqrt(Variance(alpha, alphaNext)), _noise);
        }

        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        NoiseSchedule.AddNoise(_alphas[_steps[callIndex]], original, noise, noisy);
    }

    /// <summary>σ² of eq. 16.</summary>
    private double Variance(double alpha, double alphaNext) =>
        Eta == 0 ? 0 : (double)Eta * Eta * (1 - alphaNext) / (1 - alpha) * (1 - (alpha / alphaNext));
}
