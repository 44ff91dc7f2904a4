using System.Collections.Frozen;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation.Pictures;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Moderation;

/// <summary>
/// The tiles that nobody is shown any more. Asked for every picture that goes out (tiles, galleries, the API, exports), so the names are in
/// memory: few in number, 64 characters each. Read again when something changed here, and now and then for what other replicas hid.
/// </summary>
internal sealed class HiddenPictures(IDbContextFactory<AppDbContext> contexts)
{
    private readonly Lock _gate = new();
    private volatile FrozenSet<string>? _hidden;
    private long _asked;
    private long _answered;

    public async ValueTask<bool> ContainsAsync(string sha256, CancellationToken cancellationToken)
    {
        var hidden = _hidden ?? await ReadAsync(cancellationToken);
        return hidden.Contains(sha256);
    }

    /// <summary>Called after the commit of whoever hid a picture or showed it again.</summary>
    public async Task<FrozenSet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var turn = Interlocked.Increment(ref _asked);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var names = await db.Set<HiddenPicture>().AsNoTracking().Select(static picture => picture.Sha256).ToListAsync(cancellationToken);
        var read = names.ToFrozenSet(StringComparer.Ordinal);

        // Reads overlap. One that began later has seen all that this one has: what it found stays, or a picture that was just hidden would come back for a while.
        lock (_gate)
        {
            if (turn < _answered && _hidden is { } newer)
                return newer;
            _answered = turn;
            return _hidden = read;
        }
    }

    /// <summary>
    /// Hides a picture and withholds it in every job that made these very bytes (the same prompt and seed make them again), in the caller's
    /// transaction; <see cref="ReadAsync"/> comes after the commit. Again is harmless.
    /// </summary>
    /// <returns>The jobs whose results changed.</returns>
    public static async Task<IReadOnlyList<string>> HideAsync(AppDbContext db, HiddenPicture picture, CancellationToken cancellationToken)
    {
        await WriteTransactions.LockAsync(db, "hidden:" + picture.Sha256, cancellationToken);
        if (await db.Set<HiddenPicture>().FindAsync([picture.Sha256], cancellationToken) is null) // Also one that this transaction has only just added.
            db.Add(picture);
        var rows = await db.Set<JobResultRow>().Where(row => row.Sha256 == picture.Sha256 && row.WithheldAt == null).ToListAsync(cancellationToken);
        foreach (var row in rows)
            row.WithheldAt ??= picture.CreatedAt;
        return [.. rows.Select(static row => row.JobId).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Shows a picture again, in every job that made it, in the caller's transaction; <see cref="ReadAsync"/> comes after the commit. Credits stay as they are.</summary>
    /// <returns>The jobs whose results changed.</returns>
    public static async Task<IReadOnlyList<string>> ShowAsync(AppDbContext db, string sha256, CancellationToken cancellationToken)
    {
        await WriteTransactions.LockAsync(db, "hidden:" + sha256, cancellationToken);
        await db.Set<HiddenPicture>().Where(picture => picture.Sha256 == sha256).ExecuteDeleteAsync(cancellationToken);
        var rows = await db.Set<JobResultRow>().Where(row => row.Sha256 == sha256 && row.WithheldAt != null).ToListAsync(cancellationToken);
        foreach (var row in rows)
            row.WithheldAt = null;
        return [.. rows.Select(static row => row.JobId).Distinct(StringComparer.Ordinal)];
    }
}
