using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>The jobs that somebody who opens a board needs to see.</summary>
internal sealed class BoardJobs(IDbContextFactory<AppDbContext> contexts, JobViews views, IOptions<GenerationOptions> options)
{
    /// <summary>Open jobs of everybody, and finished ones whose candidates nobody has accepted or put away; the oldest first. Access is the caller's concern.</summary>
    public async Task<IReadOnlyList<JobView>> OfAsync(string boardId, string viewer, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var jobs = await db.Set<Job>().AsNoTracking()
            .Where(job => job.BoardId == boardId
                && (job.State == JobState.Queued || job.State == JobState.Running
                    || (job.State == JobState.Succeeded && !job.Discarded
                        && db.Set<JobResultRow>().Any(result => result.JobId == job.Id && result.WithheldAt == null)
                        && !db.Set<JobResultRow>().Any(result => result.JobId == job.Id && result.Accepted))))
            .OrderByDescending(static job => job.CreatedAt)
            .Take(options.Value.PageSize)
            .ToListAsync(cancellationToken);
        jobs.Reverse();
        return await views.OfAsync(db, jobs, viewer, cancellationToken);
    }
}
