using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// UniPC, predictor and corrector of order 1 to 3 in the data-prediction form: Zhao et al. 2023, arXiv 2302.04867, algorithms 5 to 8.
/// Each model output first corrects the sample that it was made at, then predicts the next, so the corrector costs no model call.
/// </summary>
public sealed class UniPcScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly double[] _trainSigmas;
    private readonly bool _isBh1;
    private float[] _timesteps = [];
    private double[] _sigmas = [];
    private float[][] _originals = [];
    private float[] _last = [];
    private int _known;
    private int _lastOrder;

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public UniPcScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample);
        _estimate = new OriginalEstimate(config);
        _trainSigmas = new NoiseSchedule(config).TrainSigmas(config.RescaleBetasZeroSnr);
        // DPM-Solver's names midpoint and heun mean nothing here: a model of that sampler runs with the default.
        _isBh1 = string.Equals(config.SolverType, "bh1", StringComparison.Ordinal);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        SchedulerGuards.CheckSteps(steps, _config.NumTrainTimesteps);
        (_timesteps, _sigmas) = SigmaSchedule.ForMultistep(_config, _trainSigmas, steps, _trainSigmas.Length);
        _known = 0;
        _lastOrder = 0;
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
        SchedulerGuards.Fit(ref _last, sample.Length);

        // 1. The clean sample at the predicted point, kept with the three before it.
        var (alpha, sigma) = SigmaSchedule.AlphaSigma(_sigmas[callIndex]);
        var original = NextOriginal(sample.Length);
        OriginalEstimate.FromPrediction(_prediction, alpha, sigma, sample, modelOutput, original);

        _estimate.Limit(original);
        if (!predictedOriginal.IsEmpty)
            original.CopyTo(predictedOriginal);

        // 2. UniC: do the step that led here again, now with the estimate at its end (algorithm 5).
        if (_lastOrder > 0 && !_config.DisableCorrector.Contains(callIndex - 1))
        {
            _last.CopyTo(sample);
            Advance(sample, callIndex - 1, _lastOrder, newest: 1, corrects: true);
        }

        // 3. UniP: on to the next level (algorithm 6).
        var order = Order(callIndex);
        sample.CopyTo(_last);
        Advance(sample, callIndex, order, newest: 0, corrects: false);
        _lastOrder = order;
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _timesteps.Length);
        var (alpha, sigma) = SigmaSchedule.AlphaSigma(_sigmas[callIndex]);
        VectorMath.Combine(noisy, (float)alpha, original, (float)sigma, noise);
    }

    /// <summary>The order of this step: what the config asks for, what the history allows, and falling to 1 at the end.</summary>
    private int Order(int callIndex)
    {
        // λ is infinite where the noise ends at zero: only the first order has a limit there.
        if (_sigmas[callIndex + 1] == 0)
            return 1;
        var order = Math.Min(_config.LowerOrderFinal ? Math.Min(_config.SolverOrder, _timesteps.Length - callIndex) : _config.SolverOrder, _known);
        // Copied from DpmSolverPlusPlus2MScheduler.Order.
        // Two equal levels (as many steps as training steps, or Karras down to σ_min) leave a slope undefined: use none across them.
        for (var k = 0; k < order; k++)
        {
            if (_sigmas[callIndex + 1 - k] == _sigmas[callIndex - k])
                return Math.Max(k, 1);
        }

        return order;
    }

    /// <summary>One update from level <paramref name="from"/> to the next, in place.</summary>
    /// <param name="sample">At the level; becomes the next.</param>
    /// <param name="from">Index of the level.</param>
    /// <param name="order">p: points used, the one at the level included.</param>
    /// <param name="newest">Where in the kept estimates the one at the level is: 0 when predicting, 1 when correcting.</param>
    /// <param name="corrects">Use the estimate at the next level too.</param>
    private void Advance(Span<float> sample, int from, int order, int newest, bool corrects)
    {
        var (_, sigma) = SigmaSchedule.AlphaSigma(_sigmas[from]);
        var (alphaNext, sigmaNext) = SigmaSchedule.AlphaSigma(_sigmas[from + 1]);
        var lambda = -Math.Log(_sigmas[from]);
        var h = -Math.Log(_sigmas[from + 1]) - lambda;
        var phi1 = Math.Exp(-h) - 1;

        // Eq. 8 and 9 with the data prediction: ratios r_k = (λ_k − λ) / h of the older levels, r = 1 for the next one.
        Span<double> ratios = stackalloc double[order];
        for (var k = 1; k < order; k++)
            ratios[k - 1] = (-Math.Log(_sigmas[from - k]) - lambda) / h;
        ratios[order - 1] = 1;
        Span<double> rhos = stackalloc double[order];
        var scale = _isBh1 ? -h : phi1;
        Solve(ratios, -h, scale, rhos, corrects ? order : order - 1);

        // x' = σ'/σ x − α' φ1 m_0 − α' B(h) Σ ρ_k (m_k − m_0) / r_k: linear in the kept estimates m.
        var self = -alphaNext * phi1;
        VectorMath.Scale(sample, (float)(sigmaNext / sigma), sample);
        for (var k = 1; k < order; k++)
        {
            var factor = -alphaNext * scale * rhos[k - 1] / ratios[k - 1];
            VectorMath.Add(sample, (float)factor, _originals[newest + k]);
            self -= factor;
        }

        if (corrects)
        {
            var factor = -alphaNext * scale * rhos[order - 1];
            VectorMath.Add(sample, (float)factor, _originals[0]);
            self -= factor;
        }

        VectorMath.Add(sample, (float)self, _originals[newest]);
    }

    /// <summary>ρ of R ρ = b (theorem 3.1), R_ij = r_j^i, b_i = i! φ_{i+1}(h) / B(h); the one-unknown cases are ½ by definition.</summary>
    private static void Solve(ReadOnlySpan<double> ratios, double h, double scale, Span<double> rhos, int unknowns)
    {
        if (unknowns == 0)
            return;
        if (unknowns == 1)
        {
            // Appendix F: for p = 2 (predictor) and p = 1 (corrector) any B(h) gives the same order with ρ = 1/2.
            rhos[0] = 0.5;
            return;
        }

        // At most 3 × 3, Vandermonde: elimination without pivoting is safe, the ratios are distinct and the first row is ones.
        Span<double> matrix = stackalloc double[unknowns * unknowns];
        var phi = ((Math.Exp(h) - 1) / h) - 1;
        var factorial = 1.0;
        for (var i = 0; i < unknowns; i++)
        {
            for (var j = 0; j < unknowns; j++)
                matrix[(i * unknowns) + j] = Math.Pow(ratios[j], i);
            rhos[i] = phi * factorial / scale;
            factorial *= i + 2;
            phi = (phi / h) - (1 / factorial);
        }

        for (var pivot = 0; pivot < unknowns; pivot++)
        {
            for (var i = pivot + 1; i < unknowns; i++)
            {
                var factor = matrix[(i * unknowns) + pivot] / matrix[(pivot * unknowns) + pivot];
                for (var j = pivot; j < unknowns; j++)
                    matrix[(i * unknowns) + j] -= factor * matrix[(pivot * unknowns) + j];
                rhos[i] -= factor * rhos[pivot];
            }
        }

        for (var i = unknowns - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < unknowns; j++)
                rhos[i] -= matrix[(i * unknowns) + j] * rhos[j];
            rhos[i] /= matrix[(i * unknowns) + i];
        }
    }

    private Span<float> NextOriginal(int length)
    {
        if (_originals.Length == 0 || _originals[0].Length != length)
        {
            _originals = [new float[length], new float[length], new float[length], new float[length]];
            _known = 0;
            _lastOrder = 0;
        }

        (_originals[0], _originals[1], _originals[2], _originals[3]) = (_originals[3], _originals[0], _originals[1], _originals[2]);
        _known = Math.Min(_known + 1, 3);
        return _originals[0];
    }
}
