using CanvasWeb.Web.Admin.Users;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>Everybody's jobs as the admin's pages list them, and the queue as a whole.</summary>
internal sealed class JobLists(
    IDbContextFactory<AppDbContext> contexts, UserLists people, RunningJobs running, ModelRegistry models, IOptions<AdminOptions> options, IOptions<GenerationOptions> generation, TimeProvider time)
{
    /// <summary>A page of jobs, newest first.</summary>
    public async Task<(IReadOnlyList<JobListRow> Jobs, PageCursor? Next)> FindAsync(JobFilter filter, PageCursor? before, int? most, CancellationToken cancellationToken)
    {
        var size = most ?? options.Value.PageSize;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var jobs = db.Set<Job>().AsNoTracking();
        if (filter.State is { } state)
            jobs = jobs.Where(job => job.State == state);
        if (filter.Model is { } model)
            jobs = jobs.Where(job => job.Model == model);
        if (filter.Id is { } id)
            jobs = jobs.Where(job => job.Id == id);
        if (filter.Person is { } person)
        {
            var ids = await people.IdsAsync(person, cancellationToken);
            jobs = jobs.Where(job => ids.Contains(job.UserId));
        }

        if (before is { } end)
            jobs = jobs.Where(job => job.CreatedAt < end.At || (job.CreatedAt == end.At && job.Id.CompareTo(end.Id) < 0));
        var page = await jobs.OrderByDescending(static job => job.CreatedAt).ThenByDescending(static job => job.Id).Take(size + 1).ToListAsync(cancellationToken);
        var next = page.Count > size ? new PageCursor(page[size - 1].CreatedAt, page[size - 1].Id) : (PageCursor?)null;
        if (next is not null)
            page.RemoveAt(size);

        // Prompts leave this class only for what was reported.
        List<string> shown = page.ConvertAll(static job => job.Id);
        var reported = await db.Set<JobResultRow>().Where(result => shown.Contains(result.JobId) && result.ReportedAt != null).Select(static result => result.JobId).Distinct().ToListAsync(cancellationToken);
        List<string> keys = [.. page.Where(static job => job.State == JobState.Poisoned).Select(static job => RequestIds.Again(job.Id))];
        var again = keys.Count == 0
            ? []
            : await db.Set<Job>().Where(job => keys.Contains(job.RequestId)).Select(static job => new { job.UserId, job.RequestId, job.Id })
                .ToDictionaryAsync(static job => (job.UserId, job.RequestId), static job => job.Id, cancellationToken); // A request id is unique for its person, not for the site.
        return ([.. page.Select(job => ToRow(job, reported.Contains(job.Id, StringComparer.Ordinal), again.GetValueOrDefault((job.UserId, RequestIds.Again(job.Id)))))], next);
    }

    /// <summary>The queue: who waits and who is served.</summary>
    public async Task<QueuePicture> QueueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var state = await QueueState.ReadAsync(db, generation.Value, now, cancellationToken);
        var persons = state.Waiting.Select(static job => job.UserId).Concat(state.Running.Keys).Distinct(StringComparer.Ordinal)
            .Select(user => new QueuePerson(user, state.Running.GetValueOrDefault(user), state.Waiting.Count(job => job.UserId == user), Next(state, user)))
            .OrderBy(static person => person.Next ?? int.MaxValue).ThenByDescending(static person => person.Running).Take(20).ToList();
        var oldest = state.Waiting.Count == 0 ? (TimeSpan?)null : now - state.Waiting.Min(static job => job.CreatedAt);
        var perModel = state.Waiting.CountBy(static job => job.Model).OrderByDescending(static model => model.Value)
            .Select(model => new QueueModel(model.Key, model.Value, models.IsOnline(model.Key), Work(state, model.Key))).ToList();
        return new(state.Running.Values.Sum(), state.Waiting.Count, oldest, persons, perModel);
    }

    private static int? Next(QueueState state, string user)
    {
        for (var place = 0; place < state.Waiting.Count; place++)
        {
            if (state.Waiting[place].UserId == user)
                return place + 1;
        }

        return null;
    }

    // What waits for one model, on one worker.
    private TimeSpan? Work(QueueState state, string model) =>
        models.StepMs(model) is { } step ? TimeSpan.FromMilliseconds(step * state.Waiting.Where(job => job.Model == model).Sum(static job => (long)job.Steps)) : null;

    private JobListRow ToRow(Job job, bool isReported, string? again)
    {
        var now = job.State == JobState.Running ? running.Find(job.Id) : null;
        return new(
            job.Id, job.UserId, job.Source, job.Task, job.Model, job.State, job.Count, job.Price, job.Crashes, now?.StepsDone ?? job.StepsDone, now?.StepsTotal ?? job.StepsTotal,
            job.CreatedAt, job.StartedAt, job.FinishedAt, job.ErrorCode, job.ErrorMessage, job.LeaseWorker, isReported ? job.Settings.Prompt : null, again);
    }
}
