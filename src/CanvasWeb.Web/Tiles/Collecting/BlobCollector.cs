using System.Globalization;
using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Tiles.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Collecting;

/// <summary>
/// Erases blobs that nothing names any more, in three runs that lie apart. The first that finds a blob unnamed notes it; after the time of grace another dooms
/// it: served to nobody from then on, so that nothing new can come to name it; a third, when every replica has forgotten its row, erases it. Each looks at all
/// references anew, and whatever names the blob in between, or stores it again, saves it. Killed anywhere, the next run goes on.
/// </summary>
internal sealed class BlobCollector(
    FileBlobs blobs, TileStore store, IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, CollectorMeter meter, IOptions<CollectorOptions> options, TimeProvider time, ILogger<BlobCollector> logger) : BackgroundService
{
    // So many are erased in one transaction: on SQLite everybody who writes waits for it.
    private const int AtATime = 50;

    private const int Prefixes = 256;

    // Anywhere: a site that is restarted more often than it gets through all blobs comes to each of them, too.
    private int _next = RandomNumberGenerator.GetInt32(Prefixes);

    /// <summary>Looks at up to <see cref="CollectorOptions.MaxBlobs"/> blobs, going on where the last run ended.</summary>
    /// <returns>How many were erased.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await writes.RunAsync((db, token) => UploadErasure.EraseWithoutBoardAsync(db, now, token), cancellationToken);
        if (options.Value.KeepApiJobsDays > 0)
            await writes.RunAsync((db, token) => JobErasure.EraseOfProgramsAsync(db, now.AddDays(-options.Value.KeepApiJobsDays), token), cancellationToken);

        blobs.Restore();
        var (unnamed, prefixes) = Look();
        var known = await KnownAsync(prefixes, cancellationToken);
        unnamed.UnionWith(known.Keys); // Also those whose files a killed run had erased already.
        var looked = unnamed.Count;
        await BlobReferences.EachAsync(contexts, sha256 => unnamed.Remove(sha256), cancellationToken);

        await ForgetAsync([.. known.Keys.Where(sha256 => !unnamed.Contains(sha256))], cancellationToken);
        await NoteAsync([.. unnamed.Where(sha256 => !known.ContainsKey(sha256))], now, cancellationToken);
        string[] doomed = [.. known.Values.Where(orphan => unnamed.Contains(orphan.Sha256) && orphan.DoomedAt is null && orphan.Since <= GraceBefore(now)).Select(static orphan => orphan.Sha256)];
        await DoomAsync(doomed, now, cancellationToken);
        if (doomed.Length > 0)
            await SpareAsync(cancellationToken);
        var doomedBefore = now.AddHours(-options.Value.DoomHours);
        var (erased, bytes) = await EraseAsync([.. known.Values.Where(orphan => unnamed.Contains(orphan.Sha256) && orphan.DoomedAt <= doomedBefore).Select(static orphan => orphan.Sha256)], doomedBefore, now, cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var orphans = await db.Set<BlobOrphan>().CountAsync(cancellationToken);
        meter.Erased(erased, bytes);
        meter.OrphansAre(orphans);
        logger.LogInformation("Looked at {Looked} blobs: {Erased} erased ({Bytes} bytes), {Orphans} that nothing names wait", looked, erased, bytes, orphans);
        return erased;
    }

    /// <summary>
    /// Lets go of what was doomed and is named after all: between the look and the doom, or through a replica that still remembered the row. Without this it
    /// would be shown to nobody until the next run.
    /// </summary>
    public async Task SpareAsync(CancellationToken cancellationToken)
    {
        HashSet<string> doomed;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            doomed = [.. await db.Set<BlobOrphan>().Where(static orphan => orphan.DoomedAt != null).Select(static orphan => orphan.Sha256).ToListAsync(cancellationToken)];
        if (doomed.Count == 0)
            return;
        var named = new HashSet<string>(StringComparer.Ordinal);
        await BlobReferences.EachAsync(
            contexts,
            sha256 =>
            {
                if (doomed.Contains(sha256))
                    named.Add(sha256);
            },
            cancellationToken);
        await ForgetAsync([.. named], cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Collect)
            return;

        // Soon after the start, as a site may never run for as long as lies between two runs; but not in it, when everybody comes back at once.
        var wait = TimeSpan.FromMinutes(options.Value.FirstAfterMinutes);
        while (true)
        {
            try
            {
                await Task.Delay(wait, time, stoppingToken);
                wait = TimeSpan.FromHours(options.Value.EveryHours);
                await RunAsync(stoppingToken);
                await Task.Delay(TileStore.KnownFor, time, stoppingToken);
                await SpareAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(error, "Blobs could not be collected; the next run comes in {Hours} hours", options.Value.EveryHours);
            }
        }
    }

    private DateTimeOffset GraceBefore(DateTimeOffset now) => now.AddDays(-options.Value.GraceDays);

    private (HashSet<string> Names, HashSet<string> Prefixes) Look()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Prefixes && names.Count < options.Value.MaxBlobs; i++)
        {
            var prefix = _next.ToString("x2", CultureInfo.InvariantCulture);
            names.UnionWith(blobs.NamesIn(prefix));
            prefixes.Add(prefix);
            _next = (_next + 1) % Prefixes;
        }

        return (names, prefixes);
    }

    private async Task<Dictionary<string, BlobOrphan>> KnownAsync(HashSet<string> prefixes, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = new Dictionary<string, BlobOrphan>(StringComparer.Ordinal);
        await foreach (var orphan in db.Set<BlobOrphan>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (prefixes.Contains(orphan.Sha256[..2]))
                known.Add(orphan.Sha256, orphan);
        }

        return known;
    }

    private async Task ForgetAsync(IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        foreach (var some in named.Chunk(AtATime))
            await writes.RunAsync((db, token) => db.Set<BlobOrphan>().Where(orphan => some.Contains(orphan.Sha256)).ExecuteDeleteAsync(token), cancellationToken);
    }

    private async Task NoteAsync(IReadOnlyList<string> unnamed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var some in unnamed.Chunk(AtATime))
        {
            await writes.RunAsync(
                async (db, token) =>
                {
                    // Another replica may have come first.
                    var there = await db.Set<BlobOrphan>().Where(orphan => some.Contains(orphan.Sha256)).Select(static orphan => orphan.Sha256).ToListAsync(token);
                    db.AddRange(some.Except(there, StringComparer.Ordinal).Select(sha256 => new BlobOrphan { Sha256 = sha256, Since = now }));
                },
                cancellationToken);
        }
    }

    private async Task DoomAsync(IReadOnlyList<string> unnamed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var some in unnamed.Chunk(AtATime))
        {
            await writes.RunAsync(
                (db, token) => db.Set<BlobOrphan>().Where(orphan => some.Contains(orphan.Sha256) && orphan.DoomedAt == null).ExecuteUpdateAsync(set => set.SetProperty(static orphan => orphan.DoomedAt, now), token),
                cancellationToken);
            foreach (var sha256 in some)
                store.Forget(sha256);
        }
    }

    private async Task<(int Count, long Bytes)> EraseAsync(IReadOnlyList<string> doomed, DateTimeOffset doomedBefore, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        foreach (var some in doomed.Order(StringComparer.Ordinal).Chunk(AtATime))
        {
            var (erased, size) = await writes.RunAsync((db, token) => EraseAsync(db, some, doomedBefore, now, token), cancellationToken);
            count += erased;
            bytes += size;
        }

        return (count, bytes);
    }

    // Files go inside the transaction, under the key that whoever stores the same picture waits for. If it is not committed, the rows are still there, doomed,
    // and the next run erases what is not there any more: it may run again like every other work of a transaction.
    private async Task<(int Count, long Bytes)> EraseAsync(AppDbContext db, string[] some, DateTimeOffset doomedBefore, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var sha256 in some)
            await WriteTransactions.LockAsync(db, TileStore.LockOf(sha256), cancellationToken);
        var doomed = await db.Set<BlobOrphan>().AsNoTracking().Where(orphan => some.Contains(orphan.Sha256) && orphan.DoomedAt <= doomedBefore).Select(static orphan => orphan.Sha256).ToListAsync(cancellationToken);
        var named = await BlobReferences.AmongAsync(db, doomed, cancellationToken);
        var gone = new List<string>();
        var bytes = 0L;
        foreach (var sha256 in doomed)
        {
            if (named.Contains(sha256) || blobs.Erase(sha256, GraceBefore(now)) is not { } size)
                continue;
            gone.Add(sha256);
            bytes += size;
        }

        // What stays is noted anew, if nothing names it still.
        await db.Set<Tile>().Where(tile => gone.Contains(tile.Sha256)).ExecuteDeleteAsync(cancellationToken);
        await db.Set<BlobOrphan>().Where(orphan => doomed.Contains(orphan.Sha256)).ExecuteDeleteAsync(cancellationToken);
        return (gone.Count, bytes);
    }
}
