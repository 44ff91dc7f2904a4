using System.Collections.Concurrent;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>The jobs that run now, as far as this process hears of them.</summary>
internal sealed class RunningJobs(IDbContextFactory<AppDbContext> contexts)
{
    private readonly ConcurrentDictionary<string, RunningJob> _jobs = new();

    public RunningJob? Find(string jobId) => _jobs.GetValueOrDefault(jobId);

    public void Start(Job job) => _jobs[job.Id] = new(job);

    public void End(string jobId) => _jobs.TryRemove(jobId, out _);

    /// <summary>The job of a lease; read from the database where another process, or this one before it was started anew, gave the lease away. Null once the lease is lost.</summary>
    public async Task<RunningJob?> FindAsync(LeaseToken lease, CancellationToken cancellationToken)
    {
        if (_jobs.TryGetValue(lease.JobId, out var known))
        {
            if (known.Attempt >= lease.Attempt)
                return known.Attempt == lease.Attempt ? known : null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var leased = db.Set<Job>().AsNoTracking().Where(job => job.Id == lease.JobId && job.Attempt == lease.Attempt && job.State == JobState.Running);
        if (await leased.FirstOrDefaultAsync(cancellationToken) is not { } job)
            return null;
        var found = _jobs.GetOrAdd(job.Id, static (_, job) => new(job), job);

        // Ended between the look and the note of it: nobody would take the note away again.
        if (await leased.AnyAsync(cancellationToken))
            return found.Attempt == lease.Attempt ? found : null;
        _jobs.TryRemove(new(job.Id, found));
        return null;
    }
}
