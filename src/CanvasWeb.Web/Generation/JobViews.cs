using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>Rows of jobs as people see them: with names, places, progress and ETA.</summary>
internal sealed class JobViews(RunningJobs running, ModelRegistry models, WorkerRegistry workers, GenerationMeter meter, IOptions<GenerationOptions> options, TimeProvider time)
{
    private static readonly JobError s_allWithheld = new("results_withheld", "What was made is not shown on this site, and costs nothing. Change the prompt, or ask for a second look under Account, Refusals.");

    /// <param name="viewer">Whose jobs are "mine".</param>
    public Task<IReadOnlyList<JobView>> OfAsync(AppDbContext db, IReadOnlyList<Job> jobs, string? viewer, CancellationToken cancellationToken) =>
        OfAsync(db, jobs, viewer, queue: null, cancellationToken);

    /// <param name="viewer">Whose jobs are "mine".</param>
    /// <param name="queue">As the caller has just read it; null: read where a job waits.</param>
    public async Task<IReadOnlyList<JobView>> OfAsync(AppDbContext db, IReadOnlyList<Job> jobs, string? viewer, QueueState? queue, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return [];
        var people = await db.Set<AppUser>().Where(user => jobs.Select(static job => job.UserId).Contains(user.Id)).Select(static user => new { user.Id, user.DisplayName })
            .ToDictionaryAsync(static user => user.Id, static user => user.DisplayName, StringComparer.Ordinal, cancellationToken);
        string[] finished = [.. jobs.Where(static job => job.State == JobState.Succeeded).Select(static job => job.Id)];
        var results = finished.Length == 0
            ? []
            : await db.Set<JobResultRow>().AsNoTracking().Where(result => finished.Contains(result.JobId)).OrderBy(static result => result.Image).ToListAsync(cancellationToken);
        var byJob = results.ToLookup(static result => result.JobId, StringComparer.Ordinal);
        var places = jobs.Any(static job => job.State == JobState.Queued) ? await PlacesAsync(db, queue ?? await QueueAsync(db, cancellationToken), cancellationToken) : new Dictionary<string, (int, long?)>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        return [.. jobs.Select(job => ToView(job, viewer, people.GetValueOrDefault(job.UserId, ""), byJob[job.Id], places, now))];
    }

    /// <summary>The waiting jobs, the next one first.</summary>
    public async Task<QueueState> QueueAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var queue = await QueueState.ReadAsync(db, options.Value, time.GetUtcNow(), cancellationToken);
        meter.QueueIs(queue.Waiting.Count);
        return queue;
    }

    private async Task<Dictionary<string, (int Place, long? EtaMs)>> PlacesAsync(AppDbContext db, QueueState queue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lanes = Math.Max(1, workers.Count);

        // Work ahead: what runs has left, then the waiting ones in turn, shared among the workers. Null once something cannot be told.
        var runningNow = await db.Set<Job>().AsNoTracking().Where(static job => job.State == JobState.Running).ToListAsync(cancellationToken);
        double? ahead = 0;
        foreach (var job in runningNow)
            ahead += running.Find(job.Id)?.EtaMs(now, models.StepMs(job.Model)) ?? (job.StepsTotal - job.StepsDone) * models.StepMs(job.Model);
        var places = new Dictionary<string, (int, long?)>(StringComparer.Ordinal);
        foreach (var job in queue.Waiting)
        {
            var own = job.Steps * models.StepMs(job.Model);
            places[job.Id] = (places.Count, ahead is null || own is null ? null : (long)Math.Ceiling((ahead.Value / lanes) + own.Value));
            ahead += own;
        }

        return places;
    }

    private JobView ToView(Job job, string? viewer, string author, IEnumerable<JobResultRow> rows, Dictionary<string, (int Place, long? EtaMs)> places, DateTimeOffset now)
    {
        var frame = new NodeId(job.FrameId);
        var progress = job.State == JobState.Running && running.Find(job.Id) is { } found && found.Attempt == job.Attempt ? found : null;
        var place = job.State == JobState.Queued && places.TryGetValue(job.Id, out var waiting) ? waiting : ((int Place, long? EtaMs)?)null;

        // Nobody is shown what is withheld. Where nothing is left, the job looks as one that failed and says why: there is nothing to choose from.
        var results = rows.Where(static result => result.WithheldAt is null).ToList();
        var withheld = rows.Count() - results.Count;
        var isEmpty = job.State == JobState.Succeeded && results.Count == 0 && withheld > 0;
        var error = isEmpty ? s_allWithheld : job.ErrorCode is null ? null : new JobError(job.ErrorCode, job.ErrorMessage ?? "");
        return new(
            job.Id,
            job.BoardId,
            frame,
            job.UserId,
            author,
            job.UserId == viewer,
            isEmpty || job.State == JobState.Poisoned ? JobState.Failed : job.State,
            job.Plan.Task,
            place?.Place,
            progress?.StepsDone ?? job.StepsDone,
            progress?.StepsTotal ?? job.StepsTotal,
            job.State == JobState.Running ? progress?.EtaMs(now, models.StepMs(job.Model)) : place?.EtaMs,
            job.State == JobState.Queued && !models.IsOnline(job.Model),
            job.Price,
            [.. results.Select(result => new JobResultView(result.Image, result.ToContent(job.Source == JobSource.Board ? frame : null), result.Placement, result.Rating, result.Accepted, result.ReportedAt is not null, result.Similarity))],
            job.Settings,
            job.VariationOfJob is null ? null : new(job.VariationOfJob, job.VariationOfImage ?? 0),
            error,
            job.Discarded,
            job.CreatedAt,
            job.FinishedAt)
        {
            Operation = job.Operation,
            Withheld = withheld,
            PromptWriter = job.PromptWriter,
        };
    }
}
