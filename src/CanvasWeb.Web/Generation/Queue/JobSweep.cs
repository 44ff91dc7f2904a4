using CanvasWeb.Web.Generation.Models;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>Looks after what nobody else ends: at start-up (the site may have been killed in the middle) and every few seconds.</summary>
internal sealed class JobSweep(JobQueue queue, ModelRegistry models, IOptions<GenerationOptions> options, TimeProvider time, ILogger<JobSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        do
        {
            try
            {
                await models.RefreshAsync(stoppingToken);
                var swept = await queue.SweepAsync(stoppingToken);
                if (swept > 0)
                    logger.LogInformation("{Jobs} lost jobs or holds were swept", swept);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a moment: the next round finds the same.
                logger.LogError(error, "The sweep of jobs failed");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
