using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>
/// The jobs table as a queue. Every verb is one transaction in which a job changes its state and, where it ends, its hold is settled: no
/// moment exists at which one has happened and the other not. Locks are taken in this order: queue, job, account.
/// </summary>
internal sealed class JobQueue(
    IDbContextFactory<AppDbContext> contexts,
    WriteTransactions writes,
    Ledger ledger,
    RunningJobs running,
    JobNews news,
    UserEvents events,
    GenerationMeter meter,
    SiteLimits limits,
    PictureJudge judge,
    IOptions<GenerationOptions> options,
    TimeProvider time,
    ILogger<JobQueue> logger)
{
    /// <summary>Serialises leasing, which must see the queue as a whole: the caps on running jobs are exact. Asking does not take it, so those who ask at the same moment may go past <see cref="GenerationOptions.MaxQueued"/> by a few.</summary>
    public const string QueueLock = "generation:queue";

    // A worker that says this was stopped in good order: the attempt is not held against the job.
    private const string WorkerStopped = "worker_stopped";

    private readonly GenerationOptions _options = options.Value;

    /// <summary>Hands a worker the next job that it can do; null when there is none.</summary>
    /// <param name="worker">Its connection.</param>
    /// <param name="models">Names of the models that it has.</param>
    public Task<Job?> LeaseAsync(string worker, IReadOnlySet<string> models, CancellationToken cancellationToken) => LeaseAsync(worker, name: null, models, cancellationToken);

    /// <summary>The same, but nothing for a worker that an admin lets run dry.</summary>
    /// <param name="name">What the worker calls itself; null for one that cannot be told so.</param>
    public async Task<Job?> LeaseAsync(string worker, string? name, IReadOnlySet<string> models, CancellationToken cancellationToken)
    {
        // What waits goes on waiting: then what runs is all that the site's admin has to wait for.
        if (limits.Now.Maintenance)
            return null;
        var job = await writes.RunAsync(
            async (db, token) =>
            {
                // Two workers that ask at the same moment must not both see a person one below their cap. Leases are rare, so they queue.
                await WriteTransactions.LockAsync(db, QueueLock, token);
                if (name is not null && await db.Set<WorkerDrain>().AnyAsync(drain => drain.Worker == name, token))
                    return null;
                var now = time.GetUtcNow();
                var state = await QueueState.ReadAsync(db, _options, now, token);
                foreach (var waiting in state.Waiting)
                {
                    if (!models.Contains(waiting.Model) || state.Running.GetValueOrDefault(waiting.UserId) >= limits.Now.RunningPerPerson)
                        continue;
                    if (await JobRows.TryLockAsync(db, waiting.Id, token) is not { State: JobState.Queued } next)
                        continue;
                    next.Lease(worker, now, now + TimeSpan.FromSeconds(_options.LeaseSeconds));
                    return next;
                }

                return null;
            },
            cancellationToken);
        if (job is null)
            return null;
        logger.LogInformation("Job {JobId} attempt {Attempt} was leased to {Worker}", job.Id, job.Attempt, worker);
        running.Start(job);
        news.Changed(job.Id);
        return job;
    }

    /// <summary>Renews leases.</summary>
    /// <returns>The jobs that are no longer the worker's: it stops them.</returns>
    public async Task<IReadOnlyList<string>> HeartbeatAsync(string worker, IReadOnlyList<LeaseToken> leases, CancellationToken cancellationToken)
    {
        if (leases.Count == 0)
            return [];
        return await writes.RunAsync(
            async (db, token) =>
            {
                var lost = new List<string>();
                var now = time.GetUtcNow();
                DateTimeOffset? expiresAt = now + TimeSpan.FromSeconds(_options.LeaseSeconds);
                foreach (var lease in leases)
                {
                    var progress = running.Find(lease.JobId);
                    var (done, total) = progress is null ? (0, 0) : (progress.StepsDone, progress.StepsTotal);

                    // One statement that checks and renews: nothing to lock, and a lease that has run out but was not given away yet lives on.
                    var renewed = await db.Set<Job>()
                        .Where(job => job.Id == lease.JobId && job.Attempt == lease.Attempt && job.State == JobState.Running)
                        .ExecuteUpdateAsync(
                            set => set
                                .SetProperty(static job => job.LeaseExpiresAt, expiresAt)
                                .SetProperty(static job => job.LeaseWorker, worker)
                                .SetProperty(static job => job.StepsDone, job => done > job.StepsDone ? done : job.StepsDone)
                                .SetProperty(static job => job.StepsTotal, job => total > 0 ? total : job.StepsTotal),
                            token);
                    if (renewed == 0)
                        lost.Add(lease.JobId);
                }

                return lost;
            },
            cancellationToken);
    }

    /// <summary>Notes an uploaded picture of a running attempt. False: the lease was lost, the picture is nobody's.</summary>
    /// <param name="note">Null where the worker said nothing.</param>
    public Task<bool> StoreAsync(LeaseToken lease, int image, Canvas.Document.TileContent content, MakerNote? note, CancellationToken cancellationToken) =>
        writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, lease.JobId, token) is not { } job || !job.IsLeasedAs(lease.Attempt) || image < 0 || image >= job.Count)
                    return false;
                var row = await db.Set<JobResultRow>().FirstOrDefaultAsync(result => result.JobId == job.Id && result.Image == image, token);
                if (row is null)
                {
                    row = new() { JobId = job.Id, Image = image, Sha256 = "", PixelWidth = 0, PixelHeight = 0, Attempt = 0, X = 0, Y = 0, Width = 0, Height = 0 };
                    db.Add(row);
                }

                row.Show(content, lease.Attempt, job.Plan.Placement);
                (row.Scores, row.Maker) = (note?.Scores, note is null ? null : note with { Scores = null });
                return true;
            },
            cancellationToken);

    /// <summary>Notes the film of a picture that this attempt uploaded before. False: the lease was lost, or there is no such picture.</summary>
    public Task<bool> StoreFilmAsync(LeaseToken lease, int image, string sha256, int frames, CancellationToken cancellationToken) =>
        writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, lease.JobId, token) is not { } job || !job.IsLeasedAs(lease.Attempt))
                    return false;
                if (await db.Set<JobResultRow>().FirstOrDefaultAsync(result => result.JobId == job.Id && result.Image == image && result.Attempt == lease.Attempt, token) is not { } row)
                    return false;
                (row.FilmSha256, row.FilmFrames) = (sha256, frames);
                return true;
            },
            cancellationToken);

    /// <summary>Ends a job well: its pictures are there and are paid for. Repeating it is harmless.</summary>
    /// <returns>False when the lease was lost: another attempt decides.</returns>
    public async Task<bool> CompleteAsync(JobResult result, CancellationToken cancellationToken)
    {
        var progress = running.Find(result.JobId);
        var (taken, ended) = await writes.RunAsync(
            async (db, token) =>
            {
                // 1. Is it still this attempt's?
                var job = await JobRows.LockAsync(db, result.JobId, token);
                if (job is { State: JobState.Succeeded } && job.Attempt == result.Attempt)
                    return (true, null);
                if (job is null || !job.IsLeasedAs(result.Attempt))
                    return (false, (Job?)null);

                // 2. Is every picture there, and where may it lie?
                var rows = await db.Set<JobResultRow>().Where(row => row.JobId == job.Id).ToListAsync(token);
                if (FindFault(job, rows, result) is { } fault)
                {
                    logger.LogError("Job {JobId} attempt {Attempt} was completed wrongly: {Fault}", job.Id, job.Attempt, fault);
                    await GiveUpAttemptAsync(db, job, "bad_result", "The worker's pictures were not complete. It costs nothing; try again.", mayRetry: true, token);
                    return (false, job);
                }

                foreach (var picture in result.Pictures)
                {
                    var row = rows.Single(row => row.Image == picture.Image);
                    row.Placement = job.Task == JobTask.Upscale ? job.Plan.Placement : PlaceOf(job, picture.Area); // More pixels lie exactly on their tile, also where that lies between two units.
                    row.ElapsedMs = picture.ElapsedMs;
                    row.Similarity = picture.Similarity is >= -1 and <= 1 ? picture.Similarity : null;
                }

                await KeepEmbeddingsAsync(db, job.Id, result.Pictures, token);

                // 3. Pictures against credits.
                var now = time.GetUtcNow();
                var shown = await judge.JudgeAsync(db, job, rows, now, token);
                job.Succeed(result.ModelHash, shown, now);
                var settlement = await ledger.CaptureAsync(db, job.Id, new(job.Price), token);
                if (settlement.Kind != TransactionKind.Capture)
                    logger.LogWarning("Job {JobId} succeeded after its hold had ended by {Kind}: it is free", job.Id, settlement.Kind);
                await WebhookOutbox.JobEndedAsync(db, job, token);

                // 4. What it took, for the next one's ETA.
                if (progress?.MeasureStep(now) is { } stepMs && await db.Set<ModelRow>().FirstOrDefaultAsync(model => model.Name == job.Model, token) is { } known)
                    known.StepMs = known.StepMs is { } before ? (0.7 * before) + (0.3 * stepMs) : stepMs;
                return (true, job);
            },
            cancellationToken);
        if (ended is not null)
        {
            await judge.TellAsync(cancellationToken);
            Tell(ended);
        }

        return taken;
    }

    /// <summary>Whether a job may be made of its inputs; where not, it ends here and costs nothing.</summary>
    /// <returns>False: the worker stops, and says nothing more of it. Also where the lease was lost.</returns>
    public async Task<bool> JudgeInputsAsync(InputScores inputs, CancellationToken cancellationToken)
    {
        var (goOn, ended) = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, inputs.JobId, token) is not { } job || !job.IsLeasedAs(inputs.Attempt))
                    return (false, (Job?)null);
                var now = time.GetUtcNow();
                if (await judge.MayStartAsync(db, job, inputs, now, token))
                    return (true, null);
                job.Fail("input_withheld", "The picture that this starts from is one that this site does not work with. It costs nothing; ask for a second look under Account, Refusals.", now);
                await ledger.VoidAsync(db, job.Id, VoidReasons.Failed, token);
                await WebhookOutbox.JobEndedAsync(db, job, token);
                return (false, job);
            },
            cancellationToken);
        if (ended is not null)
            Tell(ended);
        return goOn;
    }

    /// <summary>Ends an attempt badly.</summary>
    /// <returns>False when the lease was lost: another attempt decides.</returns>
    public async Task<bool> FailAsync(JobFailure failure, CancellationToken cancellationToken)
    {
        var job = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, failure.JobId, token) is not { } job || !job.IsLeasedAs(failure.Attempt))
                    return null;
                if (failure is { Code: WorkerStopped, Retry: true })
                    job.Requeue(isCrash: false);
                else
                    await GiveUpAttemptAsync(db, job, failure.Code, failure.Message, failure.Retry, token);
                return job;
            },
            cancellationToken);
        if (job is null)
            return false;
        logger.LogWarning("Job {JobId} attempt {Attempt} failed with {Code}; it is {State} now", job.Id, failure.Attempt, failure.Code, job.State);
        Tell(job);
        return true;
    }

    /// <summary>Cancels somebody's own job at once, whatever its worker does; the worker is told through <see cref="JobNews"/>.</summary>
    /// <returns>False if there was no open job of theirs.</returns>
    public Task<bool> CancelAsync(string userId, string jobId, CancellationToken cancellationToken) =>
        CancelAsync(jobId, job => job.UserId == userId, static (_, _) => { }, cancellationToken);

    /// <summary>The same with anybody's job, for an admin.</summary>
    /// <param name="note">What else is written in the transaction, before the job changes.</param>
    public Task<bool> CancelAsync(string jobId, Action<AppDbContext, Job> note, CancellationToken cancellationToken) => CancelAsync(jobId, static _ => true, note, cancellationToken);

    private async Task<bool> CancelAsync(string jobId, Func<Job, bool> may, Action<AppDbContext, Job> note, CancellationToken cancellationToken)
    {
        string? worker = null;
        var job = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is not { IsOpen: true } job || !may(job))
                    return null;
                note(db, job);
                worker = job.LeaseWorker;
                job.Cancel(time.GetUtcNow());
                await ledger.VoidAsync(db, job.Id, VoidReasons.Canceled, token);
                await WebhookOutbox.JobEndedAsync(db, job, token);
                return job;
            },
            cancellationToken);
        if (job is null)
            return false;
        if (worker is not null)
            news.Stop(worker, new(job.Id, job.Attempt));
        Tell(job);
        return true;
    }

    /// <summary>A worker's connection is gone: its leases end soon unless it comes back and renews them.</summary>
    /// <param name="grace">How soon; nothing for a worker that is known to be dead.</param>
    public async Task ShortenLeasesAsync(string worker, TimeSpan grace, CancellationToken cancellationToken)
    {
        DateTimeOffset? until = time.GetUtcNow() + grace;
        await writes.RunAsync(
            async (db, token) => await db.Set<Job>()
                .Where(job => job.LeaseWorker == worker && job.State == JobState.Running && job.LeaseExpiresAt > until)
                .ExecuteUpdateAsync(set => set.SetProperty(static job => job.LeaseExpiresAt, until), token),
            cancellationToken);
    }

    /// <summary>Finds what nobody else ends: leases that ran out, jobs that are too old, holds without an open job. Run now and then and at start-up.</summary>
    /// <returns>How many it ended or put back.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = now - TimeSpan.FromHours(_options.MaxOpenHours);
        List<string> overdue;
        List<string> orphans;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            overdue = await db.Set<Job>()
                .Where(job => (job.State == JobState.Running && job.LeaseExpiresAt <= now)
                    || ((job.State == JobState.Queued || job.State == JobState.Running) && job.CreatedAt <= oldest))
                .OrderBy(static job => job.CreatedAt).Select(static job => job.Id).Take(500).ToListAsync(cancellationToken);
            orphans = await db.Set<CreditHold>()
                .Where(hold => !db.Set<Job>().Any(job => job.Id == hold.JobId && (job.State == JobState.Queued || job.State == JobState.Running)))
                .OrderBy(static hold => hold.JobId).Select(static hold => hold.JobId).Take(500).ToListAsync(cancellationToken);
        }

        var swept = 0;
        foreach (var jobId in overdue)
            swept += await EndOverdueAsync(jobId, cancellationToken) ? 1 : 0;
        foreach (var jobId in orphans)
            swept += await EndOrphanAsync(jobId, cancellationToken) ? 1 : 0;
        return swept;
    }

    private async Task<bool> EndOverdueAsync(string jobId, CancellationToken cancellationToken)
    {
        var job = await writes.RunAsync(
            async (db, token) =>
            {
                // Looked at again under the lock: a heartbeat or the end may have come in between.
                if (await JobRows.LockAsync(db, jobId, token) is not { IsOpen: true } job)
                    return null;
                var now = time.GetUtcNow();
                if (job.CreatedAt <= now - TimeSpan.FromHours(_options.MaxOpenHours))
                {
                    job.Fail("expired", "No worker came for a day, so this was given up. It costs nothing; try again when a worker is there.", now);
                    await ledger.VoidAsync(db, job.Id, VoidReasons.NoWorker, token);
                    await WebhookOutbox.JobEndedAsync(db, job, token);
                    return job;
                }

                if (job.State != JobState.Running || job.LeaseExpiresAt > now)
                    return null;
                await GiveUpAttemptAsync(db, job, "worker_lost", "The worker was lost while it made this, several times. It costs nothing; other settings may work.", mayRetry: true, token);
                return job;
            },
            cancellationToken);
        if (job is null)
            return false;
        logger.LogWarning("Job {JobId} attempt {Attempt} was lost; it is {State} now", job.Id, job.Attempt, job.State);
        Tell(job);
        return true;
    }

    private async Task<bool> EndOrphanAsync(string jobId, CancellationToken cancellationToken)
    {
        var hold = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is { IsOpen: true } || await db.Set<CreditHold>().FirstOrDefaultAsync(hold => hold.JobId == jobId, token) is not { } hold)
                    return null;
                await ledger.VoidAsync(db, jobId, VoidReasons.JobGone, token);
                return hold;
            },
            cancellationToken);
        if (hold is null)
            return false;

        // Both are settled in one transaction everywhere, so this is a fault of the code or of hands in the database.
        logger.LogError("The hold of job {JobId} had no open job; it was returned", jobId);
        events.Publish(hold.UserId, UserEvent.CreditsChanged);
        return true;
    }

    // The caller has locked the row and checked that it runs.
    private async Task GiveUpAttemptAsync(AppDbContext db, Job job, string code, string message, bool mayRetry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (mayRetry && job.Crashes + 1 < _options.MaxCrashes)
        {
            job.Requeue(isCrash: true);
            return;
        }

        if (mayRetry)
            job.Poison(code, message, now);
        else
            job.Fail(code, message, now);
        await ledger.VoidAsync(db, job.Id, mayRetry ? VoidReasons.FailedTooOften : VoidReasons.Failed, cancellationToken);
        await WebhookOutbox.JobEndedAsync(db, job, cancellationToken);
    }

    // What search compares. A worker's word that is none is left out: the picture is good all the same.
    private static async Task KeepEmbeddingsAsync(AppDbContext db, string jobId, IReadOnlyList<ResultPicture> pictures, CancellationToken cancellationToken)
    {
        await db.Set<JobEmbedding>().Where(embedding => embedding.JobId == jobId).ExecuteDeleteAsync(cancellationToken);
        db.AddRange(pictures.Where(static picture => JobEmbedding.IsValid(picture.EmbeddingSpace, picture.Embedding)).Select(picture => new JobEmbedding
        {
            JobId = jobId,
            Image = picture.Image,
            Space = picture.EmbeddingSpace!, // Both were looked at above.
            Vector = picture.Embedding!,
        }));
    }

    private void Tell(Job job)
    {
        running.End(job.Id);
        news.Ended(job.Id);
        if (job.IsOpen)
        {
            news.WorkCame();
            return;
        }

        meter.JobEnded(job.State);
        events.Publish(job.UserId, UserEvent.CreditsChanged);
    }

    private static string? FindFault(Job job, List<JobResultRow> rows, JobResult result)
    {
        for (var image = 0; image < job.Count; image++)
        {
            var row = rows.Find(row => row.Image == image);
            if (row is null)
                return $"picture {image} was not uploaded";
            if (row.Attempt == result.Attempt && !result.Pictures.Any(picture => picture.Image == image && picture.Sha256 == row.Sha256))
                return $"picture {image} was uploaded but not named";
        }

        return result.Pictures.FirstOrDefault(picture => picture.Image < 0 || picture.Image >= job.Count || PlaceOf(job, picture.Area) is var place && (place.IsEmpty || !job.Plan.Frame.SnapOut().Contains(place))) is { } outside
            ? $"picture {outside.Image} lies outside the frame"
            : null;
    }

    private static WorldRect PlaceOf(Job job, PixelArea area) => new(job.Plan.Crop.X + area.X, job.Plan.Crop.Y + area.Y, area.Width, area.Height);
}
