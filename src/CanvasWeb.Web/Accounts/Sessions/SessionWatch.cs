using System.Collections.Concurrent;
using System.Collections.Immutable;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>
/// Tells open connections (circuits, hubs) when their session ends. A cookie is only looked at when a connection opens, so without this a
/// signed-out browser would keep working for as long as its page stays open. One query every twenty seconds asks for all of them: that finds
/// what another replica ended, and what was last used too long ago.
/// </summary>
internal sealed class SessionWatch(IDbContextFactory<AppDbContext> contexts, TimeProvider time, IOptions<AccountsOptions> options, ILogger<SessionWatch> logger) : BackgroundService
{
    private const int IdsPerQuery = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, ImmutableArray<Action<bool>>> _watchers = new();

    /// <param name="ended">Called at most once, from any thread, with true where its own browser ended it; must only queue work.</param>
    public IDisposable Watch(string sessionId, Action<bool> ended)
    {
        _watchers.AddOrUpdate(sessionId, [ended], (_, known) => known.Add(ended));
        return new Watcher(this, sessionId, ended);
    }

    /// <param name="itself">The browser whose session it is asked for it.</param>
    public void Ended(string sessionId, bool itself)
    {
        if (!_watchers.TryRemove(sessionId, out var watchers))
            return;
        foreach (var ended in watchers)
        {
            try
            {
                ended(itself);
            }
            catch (Exception error)
            {
                // One broken connection must not keep the others open.
                logger.LogWarning(error, "A connection could not be told that its session ended");
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away: nothing ends for that, and the next round asks again.
                logger.LogWarning(error, "Open sessions could not be checked");
            }
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(options.Value.SessionDays);
        foreach (var ids in _watchers.Keys.Chunk(IdsPerQuery))
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var live = await db.Set<UserSession>().Where(session => ids.Contains(session.Id) && session.LastSeenAt >= oldest).Select(static session => session.Id).ToListAsync(cancellationToken);
            foreach (var gone in ids.Except(live, StringComparer.Ordinal))
                Ended(gone, itself: false);
        }
    }

    private sealed class Watcher(SessionWatch watch, string sessionId, Action<bool> ended) : IDisposable
    {
        public void Dispose()
        {
            // Only what is still there is changed: a session that ended meanwhile must not come back as an empty entry.
            while (watch._watchers.TryGetValue(sessionId, out var known))
            {
                var left = known.Remove(ended);
                if (left.IsEmpty ? watch._watchers.TryRemove(new(sessionId, known)) : watch._watchers.TryUpdate(sessionId, left, known))
                    return;
            }
        }
    }
}
