using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>
/// Pseudo numerical methods: Liu et al. 2022, arXiv 2202.09778, algorithm 2 (F-PNDM): three pseudo Runge–Kutta steps of four model
/// calls, then pseudo linear multistep. With <c>skip_prk_steps</c>, as Stable Diffusion has it, PLMS from the start: n + 1 calls, the
/// first step being done twice (Heun).
/// </summary>
public sealed class PndmScheduler : IScheduler
{
    private const int RungeKuttaSteps = 3;
    private const int CallsPerRungeKuttaStep = 4;
    private const int Order = 4;

    /// <summary>Weights of order 1 to 4, newest output first: eq. 12 and its lower orders.</summary>
    private static readonly float[][] AdamsBashforth =
    [
        [1f],
        [3f / 2, -1f / 2],
        [23f / 12, -16f / 12, 5f / 12],
        [55f / 24, -59f / 24, 37f / 24, -9f / 24],
    ];

    private readonly SchedulerConfig _config;
    private readonly PredictionType _prediction;
    private readonly OriginalEstimate _estimate;
    private readonly float[] _alphas;
    private readonly float _finalAlpha;
    private Call[] _calls = [];
    private float[] _timesteps = [];
    private int _steps;
    private float[][] _outputs = [];
    private int _known;
    private float[] _start = [];
    private float[] _mean = [];
    private float[] _mixed = [];
    private int _next = -1;

    /// <param name="config">Of the model.</param>
    /// <exception cref="Models.ModelFormatException">The config asks for what this sampler does not do.</exception>
    public PndmScheduler(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        SchedulerGuards.Refuse(config.UseKarrasSigmas, config, "use_karras_sigmas");
        _config = config;
        _prediction = SchedulerGuards.Prediction(config, PredictionType.Epsilon, PredictionType.Epsilon, PredictionType.VPrediction);
        _estimate = new OriginalEstimate(config);
        _alphas = new NoiseSchedule(config).AlphasCumprod;
        _finalAlpha = config.SetAlphaToOne ?? false ? 1f : _alphas[0];
    }

    private enum Stage
    {
        /// <summary>Calls 1 to 4 of a Runge–Kutta step: eq. 13.</summary>
        RungeKutta1,
        RungeKutta2,
        RungeKutta3,
        RungeKutta4,

        /// <summary>Linear multistep: eq. 12, of the order that the history allows.</summary>
        Multistep,

        /// <summary>The first multistep step again, with the mean of the outputs at both ends.</summary>
        Redo,
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1f;

    public void SetTimesteps(int steps)
    {
        var n = _config.NumTrainTimesteps;
        SchedulerGuards.CheckSteps(steps, n);
        if (!_config.SkipPrkSteps && steps < Order)
            throw new SamplerRequestException($"Pndm with Runge–Kutta steps takes from {Order} to {n} steps.", isAboutSteps: true);

        // The steps of DdimScheduler, and the end.
        var grid = new int[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            grid[i] = (_config.TimestepSpacing ?? TimestepSpacing.Leading) switch
            {
                TimestepSpacing.Leading => ((steps - 1 - i) * (n / steps)) + _config.StepsOffset,
                TimestepSpacing.Trailing => (int)Math.Round(n - (i * (double)n / steps), MidpointRounding.ToEven) - 1,
                TimestepSpacing.Linspace => (int)Math.Round(steps == 1 ? n - 1 : (steps - 1 - i) * ((n - 1.0) / (steps - 1)), MidpointRounding.ToEven),
            };
        }

        if (grid[0] >= n)
            throw new SamplerRequestException($"{steps} steps and \"steps_offset\" {_config.StepsOffset} go past the {n} training steps.", isAboutSteps: true);
        if (_alphas[grid[0]] == 0f)
            throw new Models.ModelFormatException(_config.File, "\"rescale_betas_zero_snr\" cannot be honoured by Pndm, which divides by the signal that the first step does not have.");
        grid[steps] = -1;

        var calls = new List<Call>();
        for (var i = 0; i < steps; i++)
        {
            var (from, to) = (grid[i], grid[i + 1]);
            if (!_config.SkipPrkSteps && i < RungeKuttaSteps)
            {
                var middle = to + ((from - to) / 2);
                calls.Add(new Call(from, from, middle, Stage.RungeKutta1));
                calls.Add(new Call(middle, from, middle, Stage.RungeKutta2));
                calls.Add(new Call(middle, from, to, Stage.RungeKutta3));
                calls.Add(new Call(to, from, to, Stage.RungeKutta4));
                continue;
            }

            calls.Add(new Call(from, from, to, Stage.Multistep));
            if (_config.SkipPrkSteps && i == 0 && steps > 1)
                calls.Add(new Call(to, from, to, Stage.Redo));
        }

        _calls = [.. calls];
        _timesteps = Array.ConvertAll(_calls, call => (float)call.Model);
        _steps = steps;
        _known = 0;
        _next = -1;
    }

    public int CallIndexOfStep(int step)
    {
        SchedulerGuards.CheckStep(step, _steps);
        if (_config.SkipPrkSteps)
            return step == 0 ? 0 : step + 1;
        return step < RungeKuttaSteps ? step * CallsPerRungeKuttaStep : step + (RungeKuttaSteps * (CallsPerRungeKuttaStep - 1));
    }

    public void ScaleModelInput(int callIndex, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        SchedulerGuards.CheckCall(callIndex, _calls.Length);
        sample.CopyTo(scaled);
    }

    public void Step(int callIndex, ReadOnlySpan<float> modelOutput, Span<float> sample, Span<float> predictedOriginal, SeededNoise noise)
    {
        SchedulerGuards.CheckCall(callIndex, _calls.Length);
        modelOutput = SchedulerGuards.CheckSpans(modelOutput, sample, predictedOriginal);
        var call = _calls[callIndex];
        if (call.Stage is not (Stage.Multistep or Stage.RungeKutta1) && callIndex != _next)
            throw new InvalidOperationException("A run of Pndm begins at the first call of a step: see CallIndexOfStep.");
        _next = callIndex + 1;
        Fit(sample.Length);
        if (!predictedOriginal.IsEmpty)
            EstimateOriginal(call.Model, modelOutput, sample, predictedOriginal);

        switch (call.Stage)
        {
            case Stage.RungeKutta1:
                Keep(modelOutput);
                sample.CopyTo(_start);
                VectorMath.Scale(_mean, 1f / 6, modelOutput);
                modelOutput.CopyTo(_mixed);
                break;
            case Stage.RungeKutta2 or Stage.RungeKutta3:
                VectorMath.Add(_mean, 1f / 3, modelOutput);
                modelOutput.CopyTo(_mixed);
                break;
            case Stage.RungeKutta4:
                VectorMath.Combine(_mixed, 1f, _mean, 1f / 6, modelOutput);
                break;
            case Stage.Redo:
                VectorMath.Combine(_mixed, 0.5f, modelOutput, 0.5f, _outputs[0]);
                break;
            case Stage.Multistep:
                Keep(modelOutput);
                sample.CopyTo(_start);
                Multistep();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        _start.CopyTo(sample);
        Transfer(sample, call.From, call.To);
    }

    public void AddNoise(int callIndex, ReadOnlySpan<float> original, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        SchedulerGuards.CheckCall(callIndex, _calls.Length);
        double alpha = Alpha(_calls[callIndex].Model);
        VectorMath.Combine(noisy, (float)Math.Sqrt(alpha), original, (float)Math.Sqrt(1 - alpha), noise);
    }

    private void Multistep()
    {
        var weights = AdamsBashforth[_known - 1];
        VectorMath.Scale(_mixed, weights[0], _outputs[0]);
        for (var k = 1; k < weights.Length; k++)
            VectorMath.Add(_mixed, weights[k], _outputs[k]);
    }

    /// <summary>The transfer φ of eq. 11 from one training step to another, with the mixed output.</summary>
    private void Transfer(Span<float> sample, int from, int to)
    {
        var (alpha, alphaNext) = (Alpha(from), Alpha(to));
        // A model that says v is mixed as v and only then turned into ε, as diffusers does.
        if (_prediction == PredictionType.VPrediction)
            VectorMath.Combine(_mixed, (float)Math.Sqrt(alpha), _mixed, (float)Math.Sqrt(1 - alpha), sample);
        var denominator = (alpha * Math.Sqrt(1 - alphaNext)) + Math.Sqrt(alpha * (1 - alpha) * alphaNext);
        VectorMath.Combine(sample, (float)Math.Sqrt(alphaNext / alpha), sample, (float)(-(alphaNext - alpha) / denominator), _mixed);
    }

    private void EstimateOriginal(int timestep, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> original)
    {
        var alpha = Alpha(timestep);
        var (signal, sigma) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));
        if (_prediction == PredictionType.VPrediction)
            VectorMath.Combine(original, (float)signal, sample, (float)-sigma, modelOutput);
        else
            VectorMath.Combine(original, (float)(1 / signal), sample, (float)(-sigma / signal), modelOutput);
        // For the preview only: the method itself never limits the estimate.
        _estimate.Limit(original);
    }

    private double Alpha(int timestep) => timestep >= 0 ? _alphas[timestep] : _finalAlpha;

    private void Fit(int length)
    {
        if (_start.Length == length)
            return;
        (_start, _mean, _mixed) = (new float[length], new float[length], new float[length]);
        _outputs = [new float[length], new float[length], new float[length], new float[length]];
        _known = 0;
    }

    private void Keep(ReadOnlySpan<float> modelOutput)
    {
        (_outputs[0], _outputs[1], _outputs[2], _outputs[3]) = (_outputs[3], _outputs[0], _outputs[1], _outputs[2]);
        _known = Math.Min(_known + 1, Order);
        modelOutput.CopyTo(_outputs[0]);
    }

    /// <param name="Model">Training step that the model is asked at.</param>
    /// <param name="From">Training step that the transfer starts from.</param>
    /// <param name="To">Training step that it goes to; −1 is the end.</param>
    /// <param name="Stage">What is done with the output.</param>
    private readonly record struct Call(int Model, int From, int To, Stage Stage);
}
