using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Schedulers for a request, with refusals in the request's words.</summary>
internal static class RequestScheduler
{
    /// <summary>The sampler asked for, ready to run.</summary>
    /// <exception cref="GenerationException">"scheduler_not_supported" or "steps_out_of_range".</exception>
    public static IScheduler Create(SchedulerConfig config, CheckedRequest asked)
    {
        try
        {
            var scheduler = SchedulerFactory.Create(config, asked.Scheduler, asked.Request.Eta);
            scheduler.SetTimesteps(asked.Steps);
            return scheduler;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new GenerationException("steps_out_of_range", exception.Message);
        }
        catch (ArgumentException exception)
        {
            throw new GenerationException("scheduler_not_supported", exception.Message);
        }
    }
}
