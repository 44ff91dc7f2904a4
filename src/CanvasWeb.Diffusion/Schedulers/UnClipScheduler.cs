using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Karlo's ancestral sampler for unCLIP (Ramesh et al. 2022, arXiv 2204.06125): DDPM (Ho et al. 2020, arXiv 2006.11239) with cosine betas,
/// steps that include both ends, and either a fixed or a learned variance.
/// </summary>
public sealed class UnClipScheduler : IScheduler
{
    /// <summary>Least variance, so that its logarithm exists at the last step.</summary>
    private const float LeastVariance = 1e-20f;

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly VarianceType _variance;
    private readonly NoiseSchedule _schedule;
    private readonly float[] _alphas;
    private readonly OriginalEstimate _estimate;
    private int[] _steps = [];
    private float[] _timesteps = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public UnClipScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _variance = config.VarianceType ?? VarianceType.FixedSmallLog;
        SchedulerGuards.Refuse(_variance is not (VarianceType.FixedSmallLog or VarianceType.LearnedRange or VarianceType.FixedSmall), config, "variance_type");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.Sample);
        _schedule = new NoiseSchedule(config, schedule: BetaSchedule.SquaredCosine);
        _alphas = _schedule.AlphasCumprod;
        _estimate = new OriginalEstimate(config, clipByDefault: true);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        var n = _config.NumTrainTimesteps;
        _steps = new int[steps];
        for (var i = 0; i < steps; i++)
            _steps[i] = steps == 1 ? n - 1 : (int)Math.Round((steps - 1 - i) * ((n - 1.0) / (steps - 1)), MidpointRounding.ToEven);
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
        // Copied from DdpmScheduler.Step.
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
        // Copied from DdpmScheduler.Step.
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        var variance = modelOutput[Math.Min(sample.Length, modelOutput.Length)..];
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        if (_variance == VarianceType.LearnedRange && variance.IsEmpty)
            throw new ArgumentException("The config's learned variance needs a model output of twice the sample's length.", nameof(modelOutput));
        SchedulerGuards.Fit(ref _original, sample.Length);
        var (alpha, alphaNext, beta) = Levels(callIndex);

        // 1. The clean sample: Ho et al. 2020, eq. 15. Karlo's prior says it directly.
        if (_prediction == PredictionType.Epsilon)
            VectorMath.Combine(_original, 1f / MathF.Sqrt(alpha), sample, -MathF.Sqrt(1f - alpha) / MathF.Sqrt(alpha), modelOutput);
        else
            modelOutput.CopyTo(_original);
        _estimate.Limit(_original);

        // 2. The posterior's mean: Ho et al. 2020, eq. 7, β and α being those of the whole jump.
        VectorMath.Combine(sample, MathF.Sqrt(1f - beta) * (1f - alphaNext) / (1f - alpha), sample, MathF.Sqrt(alphaNext) * beta / (1f - alpha), _original);

        // 3. Its noise; none at the end.
        if (_steps[callIndex] > 0)
        {
            var (low, high) = LogVariances(callIndex);
            if (_variance == VarianceType.LearnedRange)
                AddLearnedNoise(sample, variance, unitNoise, low, high);
            else
                VectorMath.Add(sample, MathF.Exp(0.5f * low), unitNoise);
        }

        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _steps.Length);
        NoiseSchedule.AddNoise(_alphas[_steps[callIndex]], original, noise, noisy);
    }

    /// <summary>log β̃ and log β of the step's jump, the two ends of a learned variance.</summary>
    internal (float Low, float High) LogVariances(int callIndex)
    {
        var (alpha, alphaNext, beta) = Levels(callIndex);
        return (MathF.Log(Math.Max((1f - alphaNext) / (1f - alpha) * beta, LeastVariance)), MathF.Log(beta));
    }

    /// <summary>Nichol and Dhariwal 2021, arXiv 2102.09672, eq. 15: log Σ = v log β + (1 − v) log β̃, with v from −1..1 to 0..1.</summary>
    private static void AddLearnedNoise(Span<float> sample, ReadOnlySpan<float> variance, ReadOnlySpan<float> unitNoise, float low, float high)
    {
        for (var i = 0; i < sample.Length; i++)
        {
            var share = (variance[i] + 1f) / 2f;
            sample[i] += MathF.Exp(0.5f * ((share * high) + ((1f - share) * low))) * unitNoise[i];
        }
    }

    /// <summary>ᾱ at the call, ᾱ after it and the jump's β, in float32 and by Karlo's rule: the table's own β where no step is left out.</summary>
    private (float Alpha, float Next, float Beta) Levels(int callIndex)
    {
        var step = _steps[callIndex];
        var nextStep = callIndex + 1 < _steps.Length ? _steps[callIndex + 1] : -1;
        var (alpha, next) = (_alphas[step], nextStep >= 0 ? _alphas[nextStep] : 1f);
        return (alpha, next, nextStep == step - 1 ? _schedule.Betas[step] : 1f - (alpha / next));
    }
}
