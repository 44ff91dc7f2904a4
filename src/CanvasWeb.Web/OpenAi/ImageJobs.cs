using System.Diagnostics;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Previews;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary>
/// Queues a request's job and waits for it. Whoever stops waiting cancels: a picture that nobody fetches is not made, and costs nothing. But not a
/// job with a key of the client's own: others may wait for it too, and who gave the key means to ask again.
/// </summary>
internal sealed class ImageJobs(
    JobOrders orders, JobWatches watches, IDbContextFactory<AppDbContext> contexts, IOptions<OpenAiOptions> options, TimeProvider time, ILogger<ImageJobs> logger)
{
    /// <param name="isKept">There is an Idempotency-Key.</param>
    public async Task<(string? JobId, ApiError? Error)> QueueAsync(DirectOrder order, bool isKept, CancellationToken cancellationToken)
    {
        // Not by the request's token: what was queued must be known to be.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await orders.RequestAsync(order, CancellationToken.None) switch
            {
                GenerationOutcome.Accepted accepted => (accepted.Job.Id, null),
                GenerationOutcome.Refused refused => (null, ApiErrors.Of(refused.Refusal, options.Value.RetryAfterSeconds)),
                _ => throw new UnreachableException(),
            };
        }
        catch when (!isKept)
        {
            // It may be in the queue all the same, and nobody will know its id.
            await orders.CancelRequestAsync(order.UserId, order.RequestId, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Waits until a job has ended.</summary>
    /// <param name="isKept">Goes on when this wait is over.</param>
    /// <param name="onPreview">Hears of each new preview, in the order in which they come.</param>
    /// <param name="onIdle">Called every <see cref="OpenAiOptions.PollMs"/>.</param>
    /// <returns>Null when it has not ended in time; unless it is kept it is canceled then.</returns>
    public async Task<Job?> WaitAsync(string jobId, bool isKept, Func<Job, PreviewMessage, Task> onPreview, Func<Task> onIdle, CancellationToken cancellationToken)
    {
        using var watch = watches.Open(jobId);
        var started = time.GetTimestamp();
        var patience = TimeSpan.FromSeconds(options.Value.MaxWaitSeconds);
        while (true)
        {
            var job = await ReadAsync(jobId, cancellationToken);
            if (job is not { IsOpen: true })
                return job;
            if (time.GetElapsedTime(started) >= patience)
            {
                // What ended between the reading and now was made in time.
                return isKept || await orders.CancelAsync(job.UserId, jobId, CancellationToken.None) ? null : await ReadAsync(jobId, cancellationToken);
            }

            // The row is read again when something about it may be different, and now and then, however many previews come: they alone are no reason.
            var read = time.GetTimestamp();
            while (true)
            {
                var left = TimeSpan.FromMilliseconds(options.Value.PollMs) - time.GetElapsedTime(read);
                if (left <= TimeSpan.Zero)
                {
                    await onIdle();
                    break;
                }

                await watch.WaitAsync(left, time, cancellationToken);
                foreach (var preview in watch.TakePreviews())
                    await onPreview(job, preview);
                if (watch.TakeChanged())
                    break;
            }
        }
    }

    /// <summary>After an error: cancels the job if it is still open.</summary>
    /// <returns>Whether asking again would pay twice: it was paid already, or nobody knows.</returns>
    public async Task<bool> GiveUpAsync(string userId, string jobId)
    {
        try
        {
            await orders.CancelAsync(userId, jobId, CancellationToken.None);
            return await ReadAsync(jobId, CancellationToken.None) is { State: JobState.Succeeded or JobState.Queued or JobState.Running };
        }
        catch (Exception error)
        {
            // The error that came first is the one that is answered.
            logger.LogError(error, "Job {JobId} could not be given up", jobId);
            return true;
        }
    }

    public async Task<IReadOnlyList<JobResultRow>> ResultsAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<JobResultRow>().AsNoTracking().Where(result => result.JobId == jobId).OrderBy(static result => result.Image).ToListAsync(cancellationToken);
    }

    private async Task<Job?> ReadAsync(string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == jobId, cancellationToken);
    }
}
