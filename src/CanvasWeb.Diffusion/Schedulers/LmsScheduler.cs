using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Linear multistep (Adams–Bashforth on uneven steps) of order up to 4 on the probability flow ODE in σ, as k-diffusion's LMS: the
/// polynomial through the last slopes is integrated exactly over the step.
/// </summary>
public sealed class LmsScheduler : IScheduler
{
    private const int Order = 4;
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[] _original = [];
    private float[][] _slopes = [];
    private int _known;

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public LmsScheduler(SchedulerConfig config)
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
        _known = 0;
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

        // 2. The slope d = (x − x_0) / σ, kept with the three before it.
        KeepSlope(sample, sigma);

        // 3. x + Σ_k d_k ∫ ℓ_k(τ) dτ over σ..σ'.
        for (var k = 0; k < _known; k++)
            VectorMath.Add(sample, (float)Coefficient(callIndex, k), _slopes[k]);
        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, 1f, original, (float)_sigmas[callIndex], noise);
    }

    private void KeepSlope(ReadOnlySpan<float> sample, double sigma)
    {
        if (_slopes.Length == 0 || _slopes[0].Length != sample.Length)
        {
            _slopes = new float[Order][];
            for (var k = 0; k < Order; k++)
                _slopes[k] = new float[sample.Length];
            _known = 0;
        }

        var oldest = _slopes[Order - 1];
        Array.Copy(_slopes, 0, _slopes, 1, Order - 1);
        _slopes[0] = oldest;
        _known = Math.Min(_known + 1, Order);
        VectorMath.Combine(_slopes[0], (float)(1 / sigma), sample, (float)(-1 / sigma), _original);
    }

    /// <summary>∫ ℓ_k over the step, ℓ_k the Lagrange polynomial that is 1 at the k-th last level and 0 at the others.</summary>
    private double Coefficient(int callIndex, int k)
    {
        // Gauss–Legendre with three nodes is exact to degree 5; ℓ_k has degree 3 at most.
        ReadOnlySpan<(double Node, double Weight)> rule = [(-Math.Sqrt(0.6), 5.0 / 9), (0, 8.0 / 9), (Math.Sqrt(0.6), 5.0 / 9)];
        var (from, to) = (_sigmas[callIndex], _sigmas[callIndex + 1]);
        var integral = 0.0;
        foreach (var (node, weight) in rule)
        {
            var tau = ((from + to) / 2) + ((to - from) / 2 * node);
            var value = 1.0;
            for (var j = 0; j < _known; j++)
            {
                if (j != k)
                    value *= (tau - _sigmas[callIndex - j]) / (_sigmas[callIndex - k] - _sigmas[callIndex - j]);
            }

            integral += weight * value;
        }

        return integral * (to - from) / 2;
    }
}
