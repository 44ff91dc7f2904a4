using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Ancestral sampling with Euler steps in σ (k-diffusion's "Euler a"): each step goes down past the next level and adds fresh noise back
/// up to it, with the variance of DDPM's posterior (Song et al. 2021, score SDE, arXiv 2011.13456, appendix F).
/// </summary>
public sealed class EulerAncestralScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[] _original = [];
    private float[] _noise = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public EulerAncestralScheduler(SchedulerConfig config)
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
        SchedulerGuards.Fit(ref _noise, sample.Length);
        noise.FillStep(_noise, callIndex);
        Step(callIndex, modelOutput, sample, predictedOriginal, _noise);
    }

    /// <summary>The step with given unit noise.</summary>
    internal void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, ReadOnlySpan<float> unitNoise)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        SchedulerGuards.Fit(ref _original, sample.Length);
        var (sigma, sigmaNext) = (_sigmas[callIndex], _sigmas[callIndex + 1]);

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

        // 2. Split the next level: σ_up² = σ'² (σ² − σ'²) / σ² is drawn anew, σ_down² = σ'² − σ_up² is where Euler goes.
        var up = Math.Sqrt(sigmaNext * sigmaNext * ((sigma * sigma) - (sigmaNext * sigmaNext)) / (sigma * sigma));
        var down = Math.Sqrt((sigmaNext * sigmaNext) - (up * up));
        VectorMath.Combine(sample, (float)(down / sigma), sample, (float)(1 - (down / sigma)), _original);
        VectorMath.Add(sample, (float)up, unitNoise);
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, 1f, original, (float)_sigmas[callIndex], noise);
    }
}
