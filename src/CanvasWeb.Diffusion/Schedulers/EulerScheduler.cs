using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Euler's method on the probability flow ODE in σ: Karras et al. 2022, arXiv 2206.00364, algorithm 2 without churn and correction.</summary>
public sealed class EulerScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[] _original = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public EulerScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _estimate = new OriginalEstimate(config);
        _trainSigmas = new NoiseSchedule(config).TrainSigmas(config.RescaleBetasZeroSnr);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma { get; private set; } = 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        (_timesteps, _sigmas) = SigmaSchedule.ForOdeSteps(_config, _trainSigmas, steps);
        InitialNoiseSigma = SigmaSchedule.InitialSigma(_config, _sigmas[0]);
    }

    public int CallIndexOfStep(int step) => SchedulerGuards.CheckStep(step, _timesteps.Length);

    public void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        // Back from x_0 + σ ε to the unit variance that the model was trained on: sqrt(ᾱ) = 1 / sqrt(σ² + 1).
        VectorMath.Scale(scaled, (float)(1 / Math.Sqrt((_sigmas[callIndex] * _sigmas[callIndex]) + 1)), sample);
    }

    public void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);
        var (sigma, sigmaNext) = (_sigmas[callIndex], _sigmas[callIndex + 1]);

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

        // 2. x + (σ' − σ) d with d = (x − x_0) / σ, eq. 3: a mix of the sample and the clean estimate.
        VectorMath.Combine(sample, (float)(sigmaNext / sigma), sample, (float)(1 - (sigmaNext / sigma)), _original);
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, 1f, original, (float)_sigmas[callIndex], noise);
    }
}
