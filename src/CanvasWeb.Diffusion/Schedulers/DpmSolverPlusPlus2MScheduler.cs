using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ multistep, order 1 to 3: Lu et al. 2022, arXiv 2211.01095, algorithm 2 and appendix. Solves the probability flow ODE in
/// λ = log(α / σ) with the clean estimate as its non-linear part, which stays calm under guidance.
/// </summary>
public sealed class DpmSolverPlusPlus2MScheduler : IScheduler
{
    /// <summary>With fewer steps than this the last ones drop to lower order when the config allows it: diffusers' threshold.</summary>
    private const int FewSteps = 15;

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private readonly bool _isHeun;
    private readonly int _usedTrainSteps;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[][] _originals = [];
    private int _known;

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public DpmSolverPlusPlus2MScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _estimate = new OriginalEstimate(config);
        _trainSigmas = new NoiseSchedule(config).TrainSigmas(config.RescaleBetasZeroSnr);
        // UniPC's names bh1 and bh2 mean nothing here: a model of that sampler runs with the default.
        _isHeun = string.Equals(config.SolverType, "heun", StringComparison.Ordinal);
        _usedTrainSteps = config.LambdaMinClipped is { } least
            ? Math.Max(1, _trainSigmas.Count(sigma => -Math.Log(sigma) >= least))
            : _trainSigmas.Length;
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        (_timesteps, _sigmas) = SigmaSchedule.ForMultistep(_config, _trainSigmas, steps, _usedTrainSteps);
        _known = 0;
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
        var (alpha, sigma) = SigmaSchedule.AlphaSigma(_sigmas[callIndex]);
        var (alphaNext, sigmaNext) = SigmaSchedule.AlphaSigma(_sigmas[callIndex + 1]);

        // 1. The clean sample, kept with the two before it.
        var original = NextOriginal(sample.Length);
        OriginalEstimate.FromPrediction(_prediction, alpha, sigma, sample, modelOutput, original);

        _estimate.Limit(original);
        if (!predictedOriginal.IsEmpty)
            original.CopyTo(predictedOriginal);

        // 2. The integral of eq. 14, its clean estimate expanded to the order of this step. D0, D1, D2 are that expansion's terms; all
        // are linear in the kept estimates, so only their factors are worked out.
        var lambda = Lambda(callIndex);
        var h = Lambda(callIndex + 1) - lambda;
        var shrink = alphaNext * (1 - Math.Exp(-h));
        VectorMath.Scale(sample, (float)(sigmaNext / sigma), sample);
        switch (Order(callIndex))
        {
            case 1:
                VectorMath.Add(sample, (float)shrink, original);
                break;
            case 2:
            {
                var r0 = (lambda - Lambda(callIndex - 1)) / h;
                // Midpoint: algorithm 2, line 9. Heun: the integral of the straight line, exactly.
                var slope = _isHeun ? alphaNext * (((Math.Exp(-h) - 1) / h) + 1) : shrink / 2;
                VectorMath.Add(sample, (float)(shrink + (slope / r0)), original);
                VectorMath.Add(sample, (float)(-slope / r0), _originals[1]);
                break;
            }

            default:
            {
                var r0 = (lambda - Lambda(callIndex - 1)) / h;
                var r1 = (Lambda(callIndex - 1) - Lambda(callIndex - 2)) / h;
                var first = alphaNext * (((Math.Exp(-h) - 1) / h) + 1);
                var second = -alphaNext * (((Math.Exp(-h) - 1 + h) / (h * h)) - 0.5);
                // D1 = a + r0 / (r0 + r1) (a − b) and D2 = (a − b) / (r0 + r1) with a, b the divided differences.
                var a = first + (((first * r0) + second) / (r0 + r1));
                var b = -((first * r0) + second) / (r0 + r1);
                VectorMath.Add(sample, (float)(shrink + (a / r0)), original);
                VectorMath.Add(sample, (float)((-a / r0) + (b / r1)), _originals[1]);
                VectorMath.Add(sample, (float)(-b / r1), _originals[2]);
                break;
            }
        }
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        var (alpha, sigma) = SigmaSchedule.AlphaSigma(_sigmas[callIndex]);
        VectorMath.Combine(noisy, (float)alpha, original, (float)sigma, noise);
    }

    /// <summary>The order of this step: what the config asks for, what the history allows, and lower at the end where higher would be unstable.</summary>
    private int Order(int callIndex)
    {
        var steps = _timesteps.Length;
        var lowersEnd = _config.LowerOrderFinal && steps < FewSteps;
        // λ is infinite where the noise ends at zero: only the first order has a limit there.
        if (callIndex == steps - 1 && (_config.EulerAtFinal || lowersEnd || _sigmas[steps] == 0))
            return 1;
        var order = Math.Min(callIndex == steps - 2 && lowersEnd ? 2 : _config.SolverOrder, _known);
        // Two equal levels (as many steps as training steps, or Karras down to σ_min) leave a slope undefined: use none across them.
        for (var k = 0; k < order; k++)
        {
            if (_sigmas[callIndex + 1 - k] == _sigmas[callIndex - k])
                return Math.Max(k, 1);
        }

        return order;
    }

    private double Lambda(int index) => -Math.Log(_sigmas[index]);

    private Span<float> NextOriginal(int length)
    {
        if (_originals.Length == 0 || _originals[0].Length != length)
        {
            _originals = [new float[length], new float[length], new float[length]];
            _known = 0;
        }

        (_originals[0], _originals[1], _originals[2]) = (_originals[2], _originals[0], _originals[1]);
        _known = Math.Min(_known + 1, _originals.Length);
        return _originals[0];
    }
}
