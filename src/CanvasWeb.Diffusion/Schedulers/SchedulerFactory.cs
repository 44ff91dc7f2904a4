using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Makes the sampler that a model's config, or a request, asks for.</summary>
public static class SchedulerFactory
{
    /// <summary>A new sampler for one picture.</summary>
    /// <param name="config">Of the model: what it was trained on is taken from here whatever the sampler.</param>
    /// <param name="kind">Another sampler than the config's, or null.</param>
    /// <param name="eta">DDIM's η or TCD's γ; null takes the sampler's default.</param>
    /// <exception cref="ModelFormatException">The config asks for what the sampler does not do.</exception>
    /// <exception cref="SamplerRequestException">The sampler does not fit the model, or has no η; the message is for the person who asked.</exception>
    public static IScheduler Create(SchedulerConfig config, SchedulerKind? kind = null, float? eta = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var wanted = kind ?? config.Kind;
        if (Mismatch(config, wanted) is { } reason)
            throw new SamplerRequestException(reason, isAboutSteps: false);
        if (eta is > 0f && wanted is not (SchedulerKind.Ddim or SchedulerKind.Tcd))
            throw new SamplerRequestException($"The sampler {wanted} has no η: use Ddim or Tcd, or leave η out.", isAboutSteps: false);
        config = WithTrainingDefaults(config);
        return wanted switch
        {
            SchedulerKind.Ddim => new DdimScheduler(config, eta ?? 0f),
            SchedulerKind.Ddpm => new DdpmScheduler(config),
            SchedulerKind.Euler => new EulerScheduler(config),
            SchedulerKind.EulerAncestral => new EulerAncestralScheduler(config),
            SchedulerKind.Heun => new HeunScheduler(config),
            SchedulerKind.Lms => new LmsScheduler(config),
            SchedulerKind.Pndm => new PndmScheduler(config),
            SchedulerKind.DpmSolverPlusPlus2M => new DpmSolverPlusPlus2MScheduler(config),
            SchedulerKind.UniPc => new UniPcScheduler(config),
            SchedulerKind.Lcm => new LcmScheduler(config),
            SchedulerKind.Tcd => new TcdScheduler(config, eta ?? TcdScheduler.DefaultGamma),
            SchedulerKind.UnClip => new UnClipScheduler(config),
            SchedulerKind.FlowMatchEuler => new FlowMatchEulerScheduler(config),
        };
    }

    /// <summary>Why a model cannot be run with a sampler, or null when it can: lets a request be refused before anything is loaded.</summary>
    public static string? Mismatch(SchedulerConfig config, SchedulerKind kind)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (kind == config.Kind)
            return null;
        var isFlow = config.Kind == SchedulerKind.FlowMatchEuler || config.PredictionType == PredictionType.Flow;
        if (isFlow && kind != SchedulerKind.FlowMatchEuler)
            return $"This model was trained with flow matching and runs with FlowMatchEuler only, not with {kind}.";
        if (!isFlow && kind == SchedulerKind.FlowMatchEuler)
            return "FlowMatchEuler needs a model that was trained with flow matching; this one predicts noise, v or the sample.";
        return null;
    }

    /// <summary>
    /// Spells out the noise that the model was trained with where the file leaves it to its class: it belongs to the model, so another
    /// sampler must not bring its own default (an unCLIP prior run with DDIM still has cosine betas).
    /// </summary>
    private static SchedulerConfig WithTrainingDefaults(SchedulerConfig config)
    {
        var (start, end, schedule) = config.Kind switch
        {
            SchedulerKind.Lcm or SchedulerKind.Tcd => (0.00085, 0.012, BetaSchedule.ScaledLinear),
            SchedulerKind.Heun => (0.00085, 0.012, BetaSchedule.Linear),
            SchedulerKind.UnClip => (0.0001, 0.02, BetaSchedule.SquaredCosine),
            _ => (0.0001, 0.02, BetaSchedule.Linear),
        };
        return config with { BetaStart = config.BetaStart ?? start, BetaEnd = config.BetaEnd ?? end, BetaSchedule = config.BetaSchedule ?? schedule };
    }
}
