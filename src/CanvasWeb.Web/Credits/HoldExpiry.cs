using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Credits;

/// <summary>Returns what expired holds set aside, now and then.</summary>
internal sealed class HoldExpiry(Ledger ledger, IOptions<CreditsOptions> options, TimeProvider time, ILogger<HoldExpiry> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepEvery, time);
        do
        {
            try
            {
                var returned = await ledger.ExpireAsync(stoppingToken);
                if (returned > 0)
                    logger.LogInformation("{Holds} expired holds were returned", returned);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a moment: the holds wait for the next round.
                logger.LogError(error, "The sweep of expired holds failed");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
