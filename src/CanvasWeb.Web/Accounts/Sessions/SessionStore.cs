using System.Collections.Concurrent;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>
/// The browsers in which people are signed in. Every request asks whether its session still lives; the answer is kept for ten seconds, which
/// is how long a session that another replica ended can still be used here. One ended by this process is gone at once.
/// </summary>
internal sealed class SessionStore(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, SessionWatch watch, TimeProvider time, IOptions<AccountsOptions> options)
{
    private const int CachedSessions = 20_000;
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, (SessionFacts Facts, DateTimeOffset ReadAt)> _cache = new();

    // How often anything was dropped from the cache. Whoever was reading meanwhile may hold what no longer holds, and keeps none of it.
    private long _drops;

    /// <summary>Adds a session within the caller's transaction, and drops the person's oldest ones over the limit.</summary>
    /// <param name="confirmed">Did the person prove just now who they are, rather than walk through a door that stood open?</param>
    public async Task<UserSession> OpenAsync(AppDbContext db, string userId, bool confirmed, string userAgent, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = new UserSession(userId, now, confirmed ? now : UserSession.Never, userAgent);
        var kept = db.Set<UserSession>().Where(known => known.UserId == userId)
            .OrderByDescending(static known => known.LastSeenAt).Take(options.Value.SessionsPerPerson - 1).Select(static known => known.Id);
        var oldest = OldestLive();
        await db.Set<UserSession>().Where(known => known.UserId == userId && (known.LastSeenAt < oldest || !kept.Contains(known.Id))).ExecuteDeleteAsync(cancellationToken);
        db.Add(session);
        return session;
    }

    /// <summary>The session, or null when it was ended or nobody came for too long.</summary>
    public async ValueTask<SessionFacts?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_cache.TryGetValue(sessionId, out var cached) && now - cached.ReadAt < CachedFor)
            return cached.Facts;

        var drops = Interlocked.Read(ref _drops);
        var facts = await ReadAsync(sessionId, cancellationToken);
        if (facts is null)
        {
            _cache.TryRemove(sessionId, out _);
            return null;
        }

        if (now - facts.LastSeenAt >= SeenEvery)
        {
            await writes.RunAsync(
                (db, token) => db.Set<UserSession>().Where(session => session.Id == sessionId).ExecuteUpdateAsync(set => set.SetProperty(static session => session.LastSeenAt, now), token),
                cancellationToken);
        }

        // Emptying it all costs each session one read; keeping an order of use would cost every request a lock.
        if (_cache.Count >= CachedSessions)
            _cache.Clear();
        _cache[sessionId] = (facts, now);
        // After the entry is there, so that whichever of the two comes later removes it.
        if (Interlocked.Read(ref _drops) != drops)
            _cache.TryRemove(sessionId, out _);
        return facts;
    }

    /// <summary>Did the person prove who they are in this session a moment ago?</summary>
    public async Task<bool> IsConfirmedAsync(string sessionId, CancellationToken cancellationToken) =>
        await FindAsync(sessionId, cancellationToken) is { } facts && time.GetUtcNow() - facts.ConfirmedAt < TimeSpan.FromMinutes(options.Value.ConfirmationMinutes);

    public async Task ConfirmAsync(string sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await writes.RunAsync(
            (db, token) => db.Set<UserSession>().Where(session => session.Id == sessionId).ExecuteUpdateAsync(set => set.SetProperty(static session => session.ConfirmedAt, now), token),
            cancellationToken);
        Drop(sessionId);
    }

    /// <summary>The person's live sessions, newest use first.</summary>
    public async Task<IReadOnlyList<UserSession>> OfAsync(string userId, CancellationToken cancellationToken)
    {
        var oldest = OldestLive();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<UserSession>().AsNoTracking().Where(session => session.UserId == userId && session.LastSeenAt >= oldest)
            .OrderByDescending(static session => session.LastSeenAt).ThenBy(static session => session.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Signs one browser of a person out, as asked for in another.</summary>
    public Task EndAsync(string userId, string sessionId, CancellationToken cancellationToken) =>
        EndAsync(sessions => sessions.Where(session => session.UserId == userId && session.Id == sessionId), itself: false, cancellationToken);

    /// <summary>The same, as asked for in that browser itself: its open pages have nothing to be told.</summary>
    public Task EndOwnAsync(string userId, string sessionId, CancellationToken cancellationToken) =>
        EndAsync(sessions => sessions.Where(session => session.UserId == userId && session.Id == sessionId), itself: true, cancellationToken);

    /// <summary>Signs a person out everywhere else, or everywhere when <paramref name="keptSessionId"/> is null.</summary>
    public Task EndOthersAsync(string userId, string? keptSessionId, CancellationToken cancellationToken) =>
        EndAsync(sessions => sessions.Where(session => session.UserId == userId && session.Id != keptSessionId), itself: false, cancellationToken);

    /// <summary>Signs a person out everywhere, together with the work that comes first in the same transaction.</summary>
    /// <param name="first">False: nobody is signed out after all.</param>
    public Task EndAllAsync(string userId, Func<AppDbContext, CancellationToken, Task<bool>> first, CancellationToken cancellationToken) =>
        EndAsync(sessions => sessions.Where(session => session.UserId == userId), itself: false, cancellationToken, first);

    /// <summary>The person's name or rights changed: the next request reads them again.</summary>
    public void Forget(string userId)
    {
        Interlocked.Increment(ref _drops);
        foreach (var (id, cached) in _cache)
        {
            if (cached.Facts.UserId == userId)
                _cache.TryRemove(id, out _);
        }
    }

    /// <summary>Deletes the sessions that nobody used for too long, and what they told of their browsers.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var oldest = OldestLive();
        return writes.RunAsync((db, token) => db.Set<UserSession>().Where(session => session.LastSeenAt < oldest).ExecuteDeleteAsync(token), cancellationToken);
    }

    private async Task EndAsync(
        Func<IQueryable<UserSession>, IQueryable<UserSession>> which, bool itself, CancellationToken cancellationToken, Func<AppDbContext, CancellationToken, Task<bool>>? first = null)
    {
        var ended = await writes.RunAsync(
            async (db, token) =>
            {
                if (first is not null && !await first(db, token))
                    return [];
                var ids = await which(db.Set<UserSession>()).Select(static session => session.Id).ToListAsync(token);
                await db.Set<UserSession>().Where(session => ids.Contains(session.Id)).ExecuteDeleteAsync(token);
                return ids;
            },
            cancellationToken);
        foreach (var id in ended)
        {
            Drop(id);
            watch.Ended(id, itself);
        }
    }

    private void Drop(string sessionId)
    {
        Interlocked.Increment(ref _drops);
        _cache.TryRemove(sessionId, out _);
    }

    private async Task<SessionFacts?> ReadAsync(string sessionId, CancellationToken cancellationToken)
    {
        var oldest = OldestLive();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await (from session in db.Set<UserSession>().AsNoTracking()
                         join user in db.Users.AsNoTracking() on session.UserId equals user.Id
                         where session.Id == sessionId && session.LastSeenAt >= oldest && user.DeletedAt == null && user.SuspendedAt == null
                         select new { session.UserId, session.LastSeenAt, session.ConfirmedAt, user.DisplayName, user.IsAdmin, user.EmailConfirmed, user.Email }).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
            return null;
        var admin = row.IsAdmin || options.Value.NamesAsAdmin(row.UserId, row.EmailConfirmed ? row.Email : null);
        return new(sessionId, row.UserId, row.DisplayName, admin, row.LastSeenAt, row.ConfirmedAt);
    }

    private DateTimeOffset OldestLive() => time.GetUtcNow() - TimeSpan.FromDays(options.Value.SessionDays);
}
