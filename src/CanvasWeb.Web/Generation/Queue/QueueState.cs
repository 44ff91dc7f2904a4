using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>The queue at one moment.</summary>
/// <param name="Waiting">The next one first.</param>
/// <param name="Running">Running jobs for each user.</param>
internal sealed record QueueState(IReadOnlyList<WaitingJob> Waiting, IReadOnlyDictionary<string, int> Running)
{
    // Who was served before that counts as never served: enough for turns, and it bounds what is read.
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(30);

    public static async Task<QueueState> ReadAsync(AppDbContext db, GenerationOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var jobs = db.Set<Job>().AsNoTracking();
        var waiting = await jobs.Where(static job => job.State == JobState.Queued)
            .Select(static job => new WaitingJob(job.Id, job.UserId, job.BoardId, job.Model, job.Priority, job.StepsTotal, job.CreatedAt, job.Source == JobSource.Api))
            .ToListAsync(cancellationToken);
        var running = await jobs.Where(static job => job.State == JobState.Running).Select(static job => job.UserId).ToListAsync(cancellationToken);
        var since = now - s_memory;
        var starts = waiting.Count == 0
            ? []
            : await jobs.Where(job => job.StartedAt > since).Select(static job => new { job.UserId, job.StartedAt }).ToListAsync(cancellationToken);
        var byUser = running.CountBy(static user => user).ToDictionary(StringComparer.Ordinal);
        var lastStart = starts.GroupBy(static start => start.UserId).ToDictionary(static user => user.Key, static user => user.Max(static start => start.StartedAt) ?? default, StringComparer.Ordinal);
        return new(QueueOrder.Sort(waiting, byUser, lastStart, now, TimeSpan.FromSeconds(options.AgeingSeconds)), byUser);
    }
}
