using System.Diagnostics;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Previews;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary>Queues a request's orders and waits for them. Whoever stops waiting cancels: a picture that nobody fetches is not made, and costs nothing.</summary>
internal sealed class ImageJobs(GenerationService generation, JobWatches watches, IDbContextFactory<AppDbContext> contexts, IOptions<OpenAiOptions> options, TimeProvider time)
{
    /// <summary>All of the orders, or none: what was queued before one that is refused is canceled.</summary>
    public async Task<(IReadOnlyList<string>? Jobs, ApiError? Error)> QueueAsync(IReadOnlyList<DirectOrder> orders, CancellationToken cancellationToken)
    {
        var jobs = new List<string>();
        foreach (var order in orders)
        {
            // Not by the request's token: what was queued must be known to be.
            cancellationToken.ThrowIfCancellationRequested();
            switch (await generation.RequestAsync(order, CancellationToken.None))
            {
                case GenerationOutcome.Accepted accepted:
                    jobs.Add(accepted.Job.Id);
                    break;
                case GenerationOutcome.Refused refused:
                    await CancelAsync(order.UserId, jobs);
                    return (null, ApiErrors.Of(refused.Refusal, options.Value.RetryAfterSeconds));
                default:
                    throw new UnreachableException();
            }
        }

        return (jobs, null);
    }

    /// <summary>Waits until a job has ended.</summary>
    /// <param name="onPreview">Hears of each new preview, in the order in which they come.</param>
    /// <param name="onIdle">Called whenever nothing came for <see cref="OpenAiOptions.PollMs"/>.</param>
    /// <returns>Null when it has not ended in time; it is canceled then.</returns>
    public async Task<Job?> WaitAsync(string jobId, Func<Job, PreviewMessage, Task> onPreview, Func<Task> onIdle, CancellationToken cancellationToken)
    {
        using var watch = watches.Open(jobId);
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(options.Value.MaxWaitSeconds);
        while (true)
        {
            var job = await ReadAsync(jobId, cancellationToken);
            if (job is not { IsOpen: true })
                return job;
            if (time.GetUtcNow() >= until)
            {
                await CancelAsync(job.UserId, [jobId]);
                return null;
            }

            // The row is read again when something about it may be different, and now and then; a preview alone is no reason.
            while (true)
            {
                var came = await watch.WaitAsync(TimeSpan.FromMilliseconds(options.Value.PollMs), time, cancellationToken);
                foreach (var preview in watch.TakePreviews())
                    await onPreview(job, preview);
                if (!came)
                    await onIdle();
                if (!came || watch.TakeChanged())
                    break;
            }
        }
    }

    public async Task<IReadOnlyList<JobResultRow>> ResultsAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<JobResultRow>().AsNoTracking().Where(result => result.JobId == jobId).OrderBy(static result => result.Image).ToListAsync(cancellationToken);
    }

    public async Task CancelAsync(string userId, IReadOnlyList<string> jobs)
    {
        foreach (var job in jobs)
            await generation.CancelAsync(userId, job, CancellationToken.None);
    }

    private async Task<Job?> ReadAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == jobId, cancellationToken);
    }
}
