using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>What people do with the pictures of a job: take them, put them away, rate them, report them.</summary>
internal sealed class ResultDesk(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, JobAccess access, ReportQueue reports, JobNews news, IOptions<GenerationOptions> options, TimeProvider time)
{
    /// <summary>Notes that candidates became tiles; the tiles themselves are written through the op log.</summary>
    public Task<bool> AcceptAsync(string userId, string jobId, IReadOnlyList<int> images, CancellationToken cancellationToken) =>
        ChangeAsync(userId, BoardRole.Editor, jobId, images, static row => row.Accepted = true, cancellationToken);

    /// <summary>Puts a job's candidates away for everybody on the board; history still has them.</summary>
    public async Task<bool> DiscardAsync(string userId, string jobId, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(userId, BoardRole.Editor, jobId, cancellationToken))
            return false;
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is not { } job)
                    return false;
                job.Discard();
                return true;
            },
            cancellationToken);
        if (found)
            news.Changed(jobId);
        return found;
    }

    /// <summary>1 to 5 stars, or null to take them back. False: no such result on a board that they may edit.</summary>
    public Task<bool> RateAsync(string userId, ResultRef result, int? stars, CancellationToken cancellationToken) =>
        stars is < 1 or > 5
            ? Task.FromResult(false)
            : ChangeAsync(userId, BoardRole.Editor, result.Job, [result.Image], row => row.Rating = stars, cancellationToken);

    /// <summary>Tells the site's owners about a result that should not be. Hides nothing by itself.</summary>
    /// <returns>False: no such result on a board that they may see, or too many reports for now.</returns>
    public async Task<bool> ReportAsync(string userId, ResultRef result, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(userId, BoardRole.Viewer, result.Job, cancellationToken))
            return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<JobResultRow>().Where(row => row.JobId == result.Job && row.Image == result.Image && row.WithheldAt == null)
            .Join(db.Set<Job>(), static row => row.JobId, static job => job.Id, static (row, job) => new { row.Sha256, job.UserId }).FirstOrDefaultAsync(cancellationToken);
        if (found is null || await reports.AddAsync(ReportTarget.Result(result.Job, result.Image, found.UserId, found.Sha256), Reporter.OfUser(userId), ReportReason.Other, "", cancellationToken) == ReportOutcome.TooMany)
            return false;
        return await ChangeAsync(
            userId,
            BoardRole.Viewer,
            result.Job,
            [result.Image],
            row =>
            {
                row.ReportedBy ??= userId;
                row.ReportedAt ??= time.GetUtcNow();
            },
            cancellationToken);
    }

    private async Task<bool> ChangeAsync(
        string userId, BoardRole least, string jobId, IReadOnlyList<int> images, Action<JobResultRow> change, CancellationToken cancellationToken)
    {
        if (images.Count == 0 || images.Count > options.Value.MaxCount || !await access.MayAsync(userId, least, jobId, cancellationToken))
            return false;
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is not { State: JobState.Succeeded })
                    return false;
                var rows = await db.Set<JobResultRow>().Where(row => row.JobId == jobId && row.WithheldAt == null && images.Contains(row.Image)).ToListAsync(token);
                rows.ForEach(change);
                return rows.Count == images.Distinct().Count();
            },
            cancellationToken);
        if (found)
            news.Changed(jobId);
        return found;
    }
}
