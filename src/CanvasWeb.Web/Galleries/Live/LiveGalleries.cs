using System.Collections.Concurrent;
using System.Net;
using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>Who watches which gallery in this process, and the end of it.</summary>
internal sealed class LiveGalleries(IDbContextFactory<AppDbContext> contexts, BoardAccess boards, IOptions<LiveOptions> options, TimeProvider time, ILogger<LiveGalleries> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Watcher> _watchers = new(StringComparer.Ordinal);
    private readonly Lock _entering = new();

    /// <summary>A connection watches this gallery, as it is now. Each connection once.</summary>
    /// <param name="address">Where the connection comes from.</param>
    /// <returns>False if there are as many watchers as there may be, in all or from this network.</returns>
    public bool Enter(Gallery gallery, string connectionId, IPAddress? address, Action cut)
    {
        var network = ClientNetwork.Of(address);
        lock (_entering)
        {
            if (_watchers.Count >= options.Value.Watchers || _watchers.Values.Count(watcher => watcher.Network.Equals(network)) >= options.Value.WatchersPerNetwork)
                return false;
            _watchers[connectionId] = new(gallery.Id, LookOf(gallery), network, cut);
            return true;
        }
    }

    public void Leave(string connectionId) => _watchers.TryRemove(connectionId, out _);

    /// <summary>How many watch a gallery.</summary>
    public int Count(string galleryId) => _watchers.Values.Count(watcher => watcher.GalleryId == galleryId);

    /// <summary>The gallery is another one or gone: all lines to it are cut. Browsers come back and get what they may still see.</summary>
    public void Changed(string galleryId)
    {
        foreach (var watcher in _watchers.Values)
        {
            if (watcher.GalleryId == galleryId)
                watcher.Cut();
        }
    }

    /// <summary>Cuts the lines to galleries that have ended, or are not what was let in any more.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var watched = _watchers.Values.Select(static watcher => watcher.GalleryId).Distinct(StringComparer.Ordinal).ToArray();
        if (watched.Length == 0)
            return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var gallery in await db.Set<Gallery>().AsNoTracking().Where(gallery => watched.Contains(gallery.Id)
            && db.Users.Any(user => user.Id == gallery.OwnerId && user.SuspendedAt == null)).ToListAsync(cancellationToken))
        {
            if (gallery.IsOpenAt(now) && await MayShowAsync(gallery, cancellationToken))
                open[gallery.Id] = LookOf(gallery);
        }

        foreach (var watcher in _watchers.Values)
        {
            if (!open.TryGetValue(watcher.GalleryId, out var look) || look != watcher.Look)
                watcher.Cut();
        }
    }

    /// <summary>A live gallery shows its owner's board for as long as it is theirs and not in the bin.</summary>
    public async Task<bool> MayShowAsync(Gallery gallery, CancellationToken cancellationToken) =>
        gallery is { IsLive: true, BoardId: { } boardId } && await boards.RoleAsync(boardId, gallery.OwnerId, cancellationToken) is not null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RecheckSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CheckAsync(stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // The next round asks again.
                    logger.LogWarning(error, "It could not be checked whether live galleries may go on");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The site stops.
        }
    }

    // What decides who gets in and what they see.
    private static string LookOf(Gallery gallery) => $"{gallery.TokenHash} {gallery.PasswordHash} {gallery.ShowPrompts}";

    private sealed record Watcher(string GalleryId, string Look, IPAddress Network, Action Cut);
}
