namespace CanvasWeb.Web.Admin.Limits;

/// <summary>Reads the limits before the first request, and now and then for what another process changed.</summary>
internal sealed class SiteLimitsRefresh(SiteLimits limits, TimeProvider time, ILogger<SiteLimitsRefresh> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await limits.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await limits.RefreshAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away: what was known goes on counting.
                logger.LogWarning(error, "The site's limits could not be read");
            }
        }
    }
}
