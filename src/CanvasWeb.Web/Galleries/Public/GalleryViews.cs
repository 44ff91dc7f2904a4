using System.Collections.Concurrent;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Counts how often galleries are opened: one number for each, and of guests nothing at all. Kept in memory for a few seconds, because a gallery that many
/// people look at must not make the database write for each of them; a process that is killed in between loses those seconds.
/// </summary>
internal sealed class GalleryViews(WriteTransactions writes, IOptions<GalleriesOptions> options, TimeProvider time, ILogger<GalleryViews> logger) : BackgroundService
{
    private ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Count(string galleryId) => _counts.AddOrUpdate(galleryId, 1, static (_, count) => count + 1);

    /// <summary>Writes what was counted so far.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_counts.IsEmpty)
            return;
        var counts = Interlocked.Exchange(ref _counts, new(StringComparer.Ordinal));
        await writes.RunAsync(
            async (db, token) =>
            {
                foreach (var (id, count) in counts)
                    await db.Set<Gallery>().Where(gallery => gallery.Id == id).ExecuteUpdateAsync(set => set.SetProperty(static gallery => gallery.Views, gallery => gallery.Views + count), token);
            },
            cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.ViewsIntervalMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryFlushAsync(stoppingToken);
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The count is an ornament: a database that is away costs these few and nothing else.
            logger.LogWarning(error, "Views of galleries could not be written");
        }
    }
}
