using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Shell.Events;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>
/// Whatever is asked to be made, and taken back: by a board's hub, a page or the API. Each order is drafted by its own kind, then goes one way. A
/// person's id comes from their sign-in, never from a message.
/// </summary>
internal sealed class JobOrders(
    IDbContextFactory<AppDbContext> contexts,
    BoardAccess access,
    JobAccess jobAccess,
    FrameOrders frames,
    LikeOrders likes,
    OperationOrders operations,
    ReplayOrders replays,
    DirectOrders directs,
    JobBooking booking,
    JobQueue queue,
    JobNews news,
    JobViews views,
    UserEvents events,
    ILogger<JobOrders> logger)
{
    /// <summary>Plans, checks, prices, cuts; then, in one transaction, holds the credits and queues the job.</summary>
    public async Task<GenerationOutcome> RequestAsync(GenerationOrder order, CancellationToken cancellationToken)
    {
        if (await FindEarlierAsync(order.UserId, order.RequestId, requestHash: null, mayReplace: false, cancellationToken) is { } earlier)
            return earlier;
        if (await access.RoleAsync(order.BoardId, order.UserId, cancellationToken) is not (BoardRole.Editor or BoardRole.Owner))
            return new GenerationOutcome.Refused(JobAccess.OnlyLooking);
        var drafted = order switch
        {
            { VariationOf: not null, Operation: not null } => (null, new(GenerationRefusalCodes.BadSetting, "Ask for more like a result, or for something made of tiles, not for both at once.")),
            { VariationOf: { } source } => await likes.DraftAsync(order, source, cancellationToken),
            { Operation: { } operation } => await operations.DraftAsync(order, operation, cancellationToken),
            _ => await frames.DraftAsync(order, cancellationToken),
        };
        return await PlaceAsync(drafted, cancellationToken);
    }

    /// <summary>The same for a program: no board, no frame, and the plan comes with the order.</summary>
    public async Task<GenerationOutcome> RequestAsync(DirectOrder order, CancellationToken cancellationToken) =>
        await FindEarlierAsync(order.UserId, order.RequestId, order.RequestHash, mayReplace: true, cancellationToken)
        ?? await PlaceAsync(directs.Draft(order), cancellationToken);

    /// <summary>Makes one picture again, to see whether it comes out the same (<see cref="ReplayOrders"/>).</summary>
    public async Task<GenerationOutcome> ReplayAsync(string userId, ResultRef source, string requestId, CancellationToken cancellationToken)
    {
        if (await FindEarlierAsync(userId, requestId, requestHash: null, mayReplace: false, cancellationToken) is { } earlier)
            return earlier;
        return await jobAccess.MayAsync(userId, BoardRole.Editor, source.Job, cancellationToken)
            ? await PlaceAsync(await replays.DraftAsync(userId, source, requestId, cancellationToken), cancellationToken)
            : new GenerationOutcome.Refused(JobAccess.OnlyLooking);
    }

    /// <summary>Queues once more what was given up after too many crashes, as a new job of the same person for the same price. Asked for twice it is one job.</summary>
    /// <param name="note">What else is written in the transaction that queues it.</param>
    /// <returns>Null: there is no such job, or it was not given up.</returns>
    public async Task<GenerationOutcome?> AgainAsync(string jobId, Action<AppDbContext, Job> note, CancellationToken cancellationToken)
    {
        JobTicket ticket;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == jobId && job.State == JobState.Poisoned, cancellationToken) is not { } poisoned)
                return null;
            var made = await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ingredient.JobId == jobId).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken);
            ticket = JobTicket.Again(poisoned, RequestIds.Again(jobId), [.. made.Select(static ingredient => ingredient.ToRecord())]);
        }

        // An admin's word: its prompt was asked about when it was ordered.
        return await BookAsync(ticket, note, cancellationToken);
    }

    /// <summary>Cancels one's own job; a running one stops within a step. False: no such job of theirs, or it has ended already.</summary>
    public Task<bool> CancelAsync(string userId, string jobId, CancellationToken cancellationToken) => queue.CancelAsync(userId, jobId, cancellationToken);

    /// <summary>Cancels the job that has this request id, if there is one: for who never learned its own id.</summary>
    public async Task CancelRequestAsync(string userId, string requestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Job>().Where(job => job.UserId == userId && job.RequestId == requestId).Select(static job => job.Id).FirstOrDefaultAsync(cancellationToken) is { } jobId)
            await CancelAsync(userId, jobId, cancellationToken);
    }

    // May it be? Then its pictures, then the job and its price, or neither.
    private async Task<GenerationOutcome> PlaceAsync((OrderDraft? Draft, GenerationRefusal? Refusal) drafted, CancellationToken cancellationToken)
    {
        if (drafted.Draft is not { } draft)
            return new GenerationOutcome.Refused(drafted.Refusal!); // One of the two is there.
        if (await booking.RefusalOfAsync(draft.Ticket, cancellationToken) is { } unwanted)
            return new GenerationOutcome.Refused(unwanted);
        var (ticket, refusal) = draft.Cut is { } cut ? await cut(cancellationToken) : (draft.Ticket, null);
        return ticket is null ? new GenerationOutcome.Refused(refusal!) : await BookAsync(ticket, note: null, cancellationToken); // One of the two is there.
    }

    private async Task<GenerationOutcome> BookAsync(JobTicket ticket, Action<AppDbContext, Job>? note, CancellationToken cancellationToken)
    {
        var (job, refusal) = await booking.BookAsync(ticket, note, cancellationToken);
        if (job is null)
            return new GenerationOutcome.Refused(refusal!); // One of the two is there.
        logger.LogInformation("Job {JobId} ({Task}, {Count} pictures with {Model}) was queued for {Price}", job.Id, job.Task, job.Count, job.Model, job.Price);
        events.Publish(job.UserId, UserEvent.CreditsChanged);
        news.Changed(job.Id);
        news.WorkCame();
        return new GenerationOutcome.Accepted(await ViewAsync(job, cancellationToken));
    }

    /// <summary>What a repeated order gets, or one whose id cannot be one; null for a new order.</summary>
    private async Task<GenerationOutcome?> FindEarlierAsync(string userId, string requestId, string? requestHash, bool mayReplace, CancellationToken cancellationToken)
    {
        if (!RequestIds.IsValid(requestId))
            return new GenerationOutcome.Refused(RequestIds.Malformed);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.UserId == userId && job.RequestId == requestId, cancellationToken);
        if (job is null)
            return null;
        if (job.RequestHash != requestHash)
            return new GenerationOutcome.Refused(JobBooking.Reused);
        return mayReplace && !JobBooking.IsAnswer(job.State) ? null : new GenerationOutcome.Accepted(await ViewAsync(job, cancellationToken));
    }

    private async Task<JobView> ViewAsync(Job job, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await views.OfAsync(db, [job], job.UserId, cancellationToken))[0];
    }
}
