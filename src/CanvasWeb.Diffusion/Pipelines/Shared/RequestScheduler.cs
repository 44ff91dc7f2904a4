using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Schedulers for a request, with refusals in the request's words.</summary>
internal static class RequestScheduler
{
    /// <summary>A config that its own sampler can honour: a folder that cannot run is refused when it is loaded, not at its first picture.</summary>
    /// <exception cref="ModelFormatException">Broken, or asks for what the sampler does not do.</exception>
    public static SchedulerConfig Load(ModelManifest manifest, string name)
    {
        var config = SchedulerConfig.Load(manifest.Schedulers[name]);

        // Only the configs of some samplers have "clip_sample", and where it is missing DDIM and DDPM limit the clean sample to ±1. That is
        // right for pixels; latents and embeddings are larger, and a request may run them with any sampler.
        if (manifest.Family != ModelFamily.UnClip && config.Kind != SchedulerKind.UnClip)
            config = config with { ClipSample = config.ClipSample ?? false };
        SchedulerFactory.Create(config).SetTimesteps(Math.Min(2, config.NumTrainTimesteps));
        return config;
    }

    /// <summary>The sampler asked for, ready to run.</summary>
    /// <exception cref="GenerationException">"scheduler_not_supported" or "steps_out_of_range".</exception>
    public static IScheduler Create(SchedulerConfig config, CheckedRequest asked)
    {
        try
        {
            // Flow matching has no noise in its steps: a variation puts its η into the start.
            var eta = asked is { Scheduler: SchedulerKind.FlowMatchEuler, Request.Task: GenerationTask.Variation } ? null : asked.Request.Eta;
            var scheduler = SchedulerFactory.Create(config, asked.Scheduler, eta);
            scheduler.SetTimesteps(asked.Steps);
            return scheduler;
        }
        catch (SamplerRequestException exception)
        {
            throw new GenerationException(exception.IsAboutSteps ? "steps_out_of_range" : "scheduler_not_supported", exception.Message);
        }
        catch (ModelFormatException exception) when (asked.Scheduler != config.Kind)
        {
            throw new GenerationException("scheduler_not_supported", $"The sampler {asked.Scheduler} does not fit this model: {exception.Reason}");
        }
    }
}
