namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>Once an hour: deletes sessions that nobody used for too long. They open nothing already; their rows tell of people's browsers.</summary>
internal sealed class SessionSweep(SessionStore sessions, TimeProvider time, ILogger<SessionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sessions.SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogWarning(error, "Old sessions could not be deleted; the next round comes in an hour");
            }
        }
    }
}
