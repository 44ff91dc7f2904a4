using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Euler steps along the straight path x_σ = (1 − σ) x_0 + σ ε: flow matching (Lipman et al. 2023, arXiv 2210.02747) and rectified flow
/// (Liu et al. 2023, arXiv 2209.03003), with the time shift of Esser et al. 2024 (Stable Diffusion 3). The model says the velocity
/// ε − x_0, or x_0 itself when the config's prediction type is "sample".
/// </summary>
public sealed class FlowMatchEulerScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double _sigmaMin;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[] _original = [];

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public FlowMatchEulerScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Flow, PredictionType.Flow, PredictionType.Sample);
        _estimate = new OriginalEstimate(config);
        _sigmaMin = Shift(1.0 / config.NumTrainTimesteps);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    /// <summary>Noise levels before each call, and the last, 0.</summary>
    internal IReadOnlyList<double> Sigmas => _sigmas;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        _sigmas = new double[steps + 1];
        _timesteps = new float[steps];
        for (var i = 0; i < steps; i++)
        {
            // From 1 to the smallest training sigma. That one is shifted already and is shifted again here: so does diffusers, and
            // Stable Diffusion 3's step values rest on it.
            var sigma = steps == 1 ? 1.0 : 1.0 + (i * (_sigmaMin - 1.0) / (steps - 1));
            _sigmas[i] = Shift(sigma);
            _timesteps[i] = (float)(_sigmas[i] * _config.NumTrainTimesteps);
        }
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
        var (sigma, sigmaNext) = (_sigmas[callIndex], _sigmas[callIndex + 1]);

        // 1. x_0 = x_σ − σ v, the end of the straight line.
        if (_prediction == PredictionType.Flow)
            VectorMath.Combine(_original, 1f, sample, (float)-sigma, modelOutput);
        else
            modelOutput.CopyTo(_original);

        // 2. x + (σ' − σ) v; with a limited estimate v is the line to that estimate, so that the step stays on the path.
        if (_prediction == PredictionType.Flow && !_estimate.IsLimited)
        {
            VectorMath.Add(sample, (float)(sigmaNext - sigma), modelOutput);
        }
        else
        {
            _estimate.Limit(_original);
            VectorMath.Combine(sample, (float)(sigmaNext / sigma), sample, (float)(1 - (sigmaNext / sigma)), _original);
        }

        if (!predictedOriginal.IsEmpty)
            _original.CopyTo(predictedOriginal);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        VectorMath.Combine(noisy, (float)(1 - _sigmas[callIndex]), original, (float)_sigmas[callIndex], noise);
    }

    /// <summary>Esser et al. 2024, eq. 23.</summary>
    private double Shift(double sigma) => _config.Shift * sigma / (1 + ((_config.Shift - 1.0) * sigma));
}
