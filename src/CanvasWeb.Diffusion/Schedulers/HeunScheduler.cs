using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Heun's second-order method on the probability flow ODE in σ: Karras et al. 2022, arXiv 2206.00364, algorithm 1. n steps take
/// 2 n − 1 model calls: an Euler step, then the same step again with the mean of the slopes at both ends; the last step is Euler alone.
/// </summary>
public sealed class HeunScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[] _original = [];
    private float[] _start = [];
    private float[] _slope = [];
    private bool _isPredicted;

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public HeunScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _estimate = new OriginalEstimate(config);
        _trainSigmas = new NoiseSchedule(config, betaStart: 0.00085, betaEnd: 0.012).TrainSigmas(config.RescaleBetasZeroSnr);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma { get; private set; } = 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        var (timesteps, sigmas) = SigmaSchedule.ForOdeSteps(_config, _trainSigmas, steps);
        // Every level but the first is visited twice: at the end of its step and at the start of the next.
        _timesteps = new float[(2 * steps) - 1];
        for (var call = 0; call < _timesteps.Length; call++)
            _timesteps[call] = timesteps[(call + 1) / 2];
        _sigmas = sigmas;
        _isPredicted = false;
        InitialNoiseSigma = SigmaSchedule.InitialSigma(_config, _sigmas[0]);
    }

    public int CallIndexOfStep(int step) => 2 * SchedulerGuards.CheckStep(step, (_timesteps.Length + 1) / 2);

    public void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        // Back from x_0 + σ ε to the unit variance that the model was trained on: sqrt(ᾱ) = 1 / sqrt(σ² + 1).
        var sigma = _sigmas[(callIndex + 1) / 2];
        VectorMath.Scale(scaled, (float)(1 / Math.Sqrt((sigma * sigma) + 1)), sample);
    }

    public void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);
        var isCorrection = callIndex % 2 == 1;
        if (isCorrection && !_isPredicted)
            throw new InvalidOperationException("A run of Heun begins at the first call of a step: see CallIndexOfStep.");
        var sigma = _sigmas[(callIndex + 1) / 2];

        // Copied from EulerScheduler.Step.
        // 1. The clean sample: Karras et al. 2022, table 1, preconditioning of VP and of v-prediction.
        switch (_prediction)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(_original, 1f, sample, (float)-sigma, modelOutput);
                break;
            case PredictionType.VPrediction:
                VectorMath.Combine(_original, (float)(1 / ((sigma * sigma) + 1)), sample, (float)(-sigma / Math.Sqrt((sigma * sigma) + 1)), modelOutput);
                break;
            default:
                modelOutput.CopyTo(_original);
                break;
        }

        _estimate.Limit(_original);

        if (!isCorrection)
        {
            // 2. Predict: remember where the step began and its slope d = (x − x_0) / σ, then go by Euler (lines 4 to 6).
            SchedulerGuards.Fit(ref _start, sample.Length);
            SchedulerGuards.Fit(ref _slope, sample.Length);
            sample.CopyTo(_start);
            VectorMath.Combine(_slope, (float)(1 / sigma), sample, (float)(-1 / sigma), _original);
            VectorMath.Add(sample, (float)(_sigmas[(callIndex / 2) + 1] - sigma), _slope);
        }
        else
        {
            // 3. Correct: the same step again from its beginning, with the mean of both slopes (lines 7 and 8).
            var half = (float)((sigma - _sigmas[callIndex / 2]) / 2);
            VectorMath.Combine(sample, (float)(half / sigma), sample, (float)(-half / sigma), _original);
            VectorMath.Add(sample, 1f, _start);
            VectorMath.Add(sample, half, _slope);
        }

        _isPredicted = !isCorrection;
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, 1f, original, (float)_sigmas[(callIndex + 1) / 2], noise);
    }
}
