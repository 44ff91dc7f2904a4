using System.Threading.RateLimiting;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Pictures;

/// <summary>
/// Finds pictures by words of their prompts and by what they show. Those with the words come first, then those that are near enough to the query;
/// among both, the nearest. Read in pages, the latest first: never more than one page and the best so far are in memory.
/// </summary>
internal sealed class PictureSearch(
    IDbContextFactory<AppDbContext> contexts, BoardAccess access, HiddenPictures hidden, QueryEmbeddings embeddings, IOptions<PictureSearchOptions> options) : IDisposable
{
    // Of two different pictures one is always worse.
    private static readonly Comparer<Rank> s_worstFirst = Comparer<Rank>.Create(static (left, right) =>
    {
        var order = left.HasWords.CompareTo(right.HasWords);
        order = order != 0 ? order : left.Similarity.CompareTo(right.Similarity);
        order = order != 0 ? order : left.MadeAt.CompareTo(right.MadeAt);
        order = order != 0 ? order : string.CompareOrdinal(left.Job, right.Job);
        return order != 0 ? order : -left.Image.CompareTo(right.Image);
    });

    private readonly PictureSearchOptions _options = options.Value;
    private readonly SemaphoreSlim _reading = new(options.Value.AtOnce, options.Value.AtOnce);

    private readonly PersonTurns _turns = new();

    private readonly PartitionedRateLimiter<string> _oftenness = PartitionedRateLimiter.Create<string, string>(userId => RateLimitPartition.GetSlidingWindowLimiter(userId, _ => new()
    {
        PermitLimit = options.Value.SearchesPerMinute,
        Window = TimeSpan.FromMinutes(1),
        SegmentsPerWindow = 6,
        QueueLimit = 0,
        AutoReplenishment = true,
    }));

    /// <summary>The best pictures for a query; the newest for an empty one. One search of a person at a time, and the newest that waits.</summary>
    /// <param name="boardId">Also those of this board, whoever made them; null for the person's own alone.</param>
    public async Task<(PictureHits? Hits, SearchRefusal? Refusal)> FindAsync(string userId, string query, string? boardId, CancellationToken cancellationToken)
    {
        using (var permit = _oftenness.AttemptAcquire(userId))
        {
            if (!permit.IsAcquired)
                return (null, SearchRefusal.TooOften);
        }

        if (!await _turns.TakeAsync(userId, _options.MaxPeople))
            return (null, SearchRefusal.Overtaken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (boardId is not null && await access.RoleAsync(boardId, userId, cancellationToken) is null)
                return (null, SearchRefusal.BoardMissing);
            return (await FindInTurnAsync(userId, query, boardId, cancellationToken), null);
        }
        finally
        {
            _turns.End(userId);
        }
    }

    public void Dispose()
    {
        _reading.Dispose();
        _oftenness.Dispose();
    }

    private async Task<PictureHits> FindInTurnAsync(string userId, string query, string? boardId, CancellationToken cancellationToken)
    {
        query = query.Length <= _options.MaxQueryLength ? query : query[.._options.MaxQueryLength];
        var terms = new QueryTerms(query, _options.MaxTerms);
        var meant = terms.IsEmpty ? new Dictionary<string, byte[]>() : await embeddings.OfAsync(query, cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return new(await ReadAsync(userId, boardId, terms, meant, cancellationToken), meant.Count > 0);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<IReadOnlyList<PictureHit>> ReadAsync(string userId, string? boardId, QueryTerms terms, IReadOnlyDictionary<string, byte[]> meant, CancellationToken cancellationToken)
    {
        // The worst of the best is always the first to go.
        var best = new PriorityQueue<PictureHit, Rank>(s_worstFirst);
        var shown = new Dictionary<string, Rank>(StringComparer.Ordinal);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (before, read) = ((FoundJob?)null, 0);
        while (read < _options.MaxJobs)
        {
            // 1. A page of jobs, of their pictures, and where it matters of what those show.
            var jobs = await PageAsync(db, userId, boardId, before, cancellationToken);
            string[] ids = [.. jobs.Select(static job => job.Id)];
            var rows = (await db.Set<JobResultRow>().AsNoTracking().Where(row => ids.Contains(row.JobId) && row.WithheldAt == null).ToListAsync(cancellationToken)).ToLookup(static row => row.JobId, StringComparer.Ordinal);
            var vectors = meant.Count == 0
                ? []
                : await db.Set<JobEmbedding>().AsNoTracking().Where(embedding => ids.Contains(embedding.JobId)).ToDictionaryAsync(static embedding => (embedding.JobId, embedding.Image), cancellationToken);

            // 2. The best of them.
            foreach (var job in jobs)
            {
                var hasWords = terms.IsEmpty || terms.AreIn(job.Settings.Prompt);
                foreach (var row in rows[job.Id].OrderBy(static row => row.Image))
                {
                    var similarity = vectors.TryGetValue((row.JobId, row.Image), out var vector) && meant.TryGetValue(vector.Space, out var wanted) ? JobEmbedding.Similarity(vector.Vector, wanted) : null;
                    if (!hasWords && !(similarity >= _options.LeastSimilarity))
                        continue;
                    var rank = new Rank(hasWords, similarity ?? double.NegativeInfinity, job.CreatedAt, job.Id, row.Image);

                    // The same prompt and seed make the same bytes again: the better place counts.
                    if ((shown.TryGetValue(row.Sha256, out var known) && s_worstFirst.Compare(known, rank) >= 0) || await hidden.ContainsAsync(row.Sha256, cancellationToken))
                        continue;
                    if (shown.ContainsKey(row.Sha256))
                        best.Remove(best.UnorderedItems.First(item => item.Element.Content.Sha256 == row.Sha256).Element, out _, out _);
                    shown[row.Sha256] = rank;
                    best.Enqueue(new(new(row.JobId, row.Image), row.ToContent(job.FrameId == Job.NoFrame ? null : new(job.FrameId)), job.Settings.Prompt, job.BoardId, job.BoardName, job.CreatedAt, similarity), rank);
                    if (best.Count > _options.MaxFound)
                        shown.Remove(best.Dequeue().Content.Sha256);
                }
            }

            // Without a query the newest are found; with one every picture is looked at.
            read += jobs.Count;
            if (jobs.Count < _options.PageSize || (terms.IsEmpty && best.Count >= _options.MaxFound))
                break;
            before = jobs[^1];
        }

        var found = new PictureHit[best.Count];
        for (var i = found.Length - 1; i >= 0; i--)
            found[i] = best.Dequeue();
        return found;
    }

    // Of boards that the person may see today, and those that never had a board. What was made again to compare is no picture of its own.
    private Task<List<FoundJob>> PageAsync(AppDbContext db, string userId, string? boardId, FoundJob? before, CancellationToken cancellationToken)
    {
        var jobs = db.Set<Job>().AsNoTracking().Where(job => job.State == JobState.Succeeded && job.ReplayOfJob == null && (job.UserId == userId || (boardId != null && job.BoardId == boardId)));
        if (before is not null)
            jobs = jobs.Where(job => job.CreatedAt < before.CreatedAt || (job.CreatedAt == before.CreatedAt && job.Id.CompareTo(before.Id) < 0));
        var mine = db.Set<Board>().Where(board => board.DeletedAt == null && (board.OwnerId == userId || db.Set<BoardMember>().Any(member => member.BoardId == board.Id && member.UserId == userId)));
        return jobs
            .Where(job => job.BoardId == "" || mine.Any(board => board.Id == job.BoardId))
            .OrderByDescending(static job => job.CreatedAt).ThenByDescending(static job => job.Id)
            .Take(_options.PageSize)
            .Select(job => new FoundJob(job.Id, job.BoardId, mine.Where(board => board.Id == job.BoardId).Select(static board => board.Name).FirstOrDefault() ?? "", job.FrameId, job.Settings, job.CreatedAt))
            .ToListAsync(cancellationToken);
    }

    private sealed record FoundJob(string Id, string BoardId, string BoardName, string FrameId, FrameSettings Settings, DateTimeOffset CreatedAt);

    private readonly record struct Rank(bool HasWords, double Similarity, DateTimeOffset MadeAt, string Job, int Image);
}
