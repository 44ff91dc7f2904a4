using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Tests.Schedulers;

/// <summary>
/// A model that is exact: for a known picture, or for pictures whose values are independent normal draws N(0, spread²), where the best
/// estimate is known in closed form. Says it in whatever way the config asks for.
/// </summary>
internal sealed class Oracle(SchedulerConfig config)
{
    private readonly double[] _trainSigmas = config.Kind == SchedulerKind.FlowMatchEuler ? [] : Schedule(config).TrainSigmas(config.RescaleBetasZeroSnr && !IsVp(config.Kind));

    /// <summary>α and σ of x = α x_0 + σ ε at a timestep, which need not be whole.</summary>
    public (double Alpha, double Sigma) Level(float timestep)
    {
        if (config.Kind == SchedulerKind.FlowMatchEuler)
            return (1 - (timestep / (double)config.NumTrainTimesteps), timestep / (double)config.NumTrainTimesteps);
        var below = Math.Clamp((int)timestep, 0, _trainSigmas.Length - 1);
        var above = Math.Min(below + 1, _trainSigmas.Length - 1);
        var ratio = timestep == below ? _trainSigmas[below] : _trainSigmas[below] + ((timestep - below) * (_trainSigmas[above] - _trainSigmas[below]));
        if (double.IsInfinity(ratio))
            return (0, 1);
        var alpha = 1 / Math.Sqrt((ratio * ratio) + 1);
        return (alpha, ratio * alpha);
    }

    /// <summary>The output for a model input when the clean values are known.</summary>
    public void Know(float timestep, ReadOnlySpan<float> input, ReadOnlySpan<float> original, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
            output[i] = (float)Say(timestep, input[i], original[i]);
    }

    /// <summary>The output for a model input under N(0, spread²): E[x_0 | x] = α s² / (α² s² + σ²) x.</summary>
    public void Estimate(float timestep, ReadOnlySpan<float> input, double spread, Span<float> output)
    {
        var (alpha, sigma) = Level(timestep);
        var gain = alpha * spread * spread / ((alpha * alpha * spread * spread) + (sigma * sigma));
        for (var i = 0; i < output.Length; i++)
            output[i] = (float)Say(timestep, input[i], gain * input[i]);
    }

    private double Say(float timestep, double input, double original)
    {
        var (alpha, sigma) = Level(timestep);
        var noise = (input - (alpha * original)) / sigma;
        return (config.PredictionType ?? (config.Kind == SchedulerKind.FlowMatchEuler ? PredictionType.Flow : PredictionType.Epsilon)) switch
        {
            PredictionType.Epsilon => noise,
            PredictionType.VPrediction => (alpha * noise) - (sigma * original),
            PredictionType.Sample => original,
            PredictionType.Flow => noise - original,
        };
    }

    /// <summary>Samplers that read ᾱ itself and so need no guard at zero SNR.</summary>
    private static bool IsVp(SchedulerKind kind) => kind is SchedulerKind.Ddim or SchedulerKind.Ddpm or SchedulerKind.Lcm or SchedulerKind.Tcd or SchedulerKind.UnClip or SchedulerKind.Pndm;

    private static NoiseSchedule Schedule(SchedulerConfig config) => config.Kind switch
    {
        SchedulerKind.Lcm or SchedulerKind.Tcd => new NoiseSchedule(config, 0.00085, 0.012, BetaSchedule.ScaledLinear),
        SchedulerKind.Heun => new NoiseSchedule(config, 0.00085, 0.012),
        SchedulerKind.UnClip => new NoiseSchedule(config, schedule: BetaSchedule.SquaredCosine),
        _ => new NoiseSchedule(config),
    };
}
