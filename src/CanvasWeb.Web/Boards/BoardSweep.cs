namespace CanvasWeb.Web.Boards;

/// <summary>Once an hour: empties the bin of what has lain there for its time, and finds thumbnails that were missed.</summary>
internal sealed class BoardSweep(BoardShelf shelf, Thumbnails thumbnails, TimeProvider time, ILogger<BoardSweep> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);
    private const int AtATime = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        do
        {
            try
            {
                int gone;
                while ((gone = await shelf.PurgeAsync(AtATime, stoppingToken)) > 0)
                    logger.LogInformation("{Count} boards left the bin for good", gone);
                await thumbnails.FindStaleAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(error, "The sweep of boards failed; the next one comes in an hour");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
