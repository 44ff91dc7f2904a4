using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation;

/// <summary>Reads lists and hidden pictures before the first request and now and then for what other replicas and the folder changed; lets old refusals go.</summary>
internal sealed class ModerationRefresh(PromptPolicy policy, HiddenPictures hidden, WriteTransactions writes, IOptions<ModerationOptions> options, TimeProvider time, ILogger<ModerationRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromHours(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Erases refusals that are older than <see cref="ModerationOptions.KeepRefusalsDays"/>.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepRefusalsDays);
        return writes.RunAsync((db, token) => db.Set<Refusal>().Where(refusal => refusal.CreatedAt < oldest).ExecuteDeleteAsync(token), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReloadSeconds), time);
        var swept = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
                if (time.GetElapsedTime(swept) < s_sweep)
                    continue;
                await SweepAsync(stoppingToken);
                swept = time.GetTimestamp();
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away: what was known goes on counting.
                logger.LogWarning(error, "The word lists and hidden pictures could not be read");
            }
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await policy.ReloadAsync(cancellationToken);
        await hidden.ReadAsync(cancellationToken);
    }
}
