using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>What pages and the board's hub ask about jobs: what would be made, what was made. Nothing is queued or held by asking.</summary>
internal sealed class JobQuestions(
    IDbContextFactory<AppDbContext> contexts, BoardAccess access, BoardHost boards, FramePlans plans, Pricing pricing, OperationOrders operations, PromptGate gate, JobViews views, IOptions<GenerationOptions> options)
{
    /// <summary>How many <see cref="BoardHistoryAsync"/> tells at a time.</summary>
    public int PageSize => options.Value.PageSize;

    /// <summary>What a frame would do and cost. For any role on the board.</summary>
    public async Task<PlanView> PlanAsync(string userId, string boardId, PlanQuestion question, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return Refused(new(GenerationRefusalCodes.Forbidden, "There is no such board for you."));
        var board = await boards.StateAsync(boardId, cancellationToken);
        var settings = question.Settings ?? (question.FrameId is { } id && board.Find(id) is FrameNode frame ? frame.Settings.Value : FrameSettings.Default);
        var (model, refusal) = plans.Check(settings);
        if (model is null)
            return Refused(refusal);
        (var plan, refusal) = FramePlans.Plan(board, question.FrameId, question.Frame, settings, model, cancellationToken);
        return plan is null
            ? Refused(refusal)
            : new(plan.Task, plan.Frame, plan.Crop, plan.Covered, plan.Uncovered, plan.Painted, plan.Context, plan.ModelSize,
                pricing.Quote(plan.ModelSize, settings.Count, settings.Steps, model).Amount, null);
    }

    /// <summary>What an operation would cost. For editors of the board.</summary>
    public async Task<OperationPrice> PriceAsync(string userId, string boardId, PictureOperation operation, FrameSettings settings, CancellationToken cancellationToken) =>
        await access.RoleAsync(boardId, userId, cancellationToken) is not (BoardRole.Editor or BoardRole.Owner)
            ? new(Refusal: JobAccess.OnlyLooking)
            : await operations.PriceAsync(boardId, operation, settings, cancellationToken);

    /// <summary>Why the prompt policy would refuse an order with these words, noted as a refusal of such an order; null where it would not.</summary>
    public Task<GenerationRefusal?> RefusalOfWordsAsync(string userId, string boardId, FrameSettings settings, CancellationToken cancellationToken) =>
        gate.CheckAsync(userId, boardId, settings.Prompt, settings.NegativePrompt, cancellationToken);

    /// <summary>One's own jobs over all boards: all that are open, then the latest that ended, the newest first.</summary>
    public async Task<IReadOnlyList<JobView>> JobsOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var mine = db.Set<Job>().AsNoTracking().Where(job => job.UserId == userId);
        var open = await mine.Where(static job => job.State == JobState.Queued || job.State == JobState.Running).OrderByDescending(static job => job.CreatedAt).ToListAsync(cancellationToken);
        var ended = await mine.Where(static job => job.State != JobState.Queued && job.State != JobState.Running)
            .OrderByDescending(static job => job.CreatedAt).Take(PageSize).ToListAsync(cancellationToken);
        return await views.OfAsync(db, [.. open, .. ended], userId, cancellationToken);
    }

    /// <summary>The latest prompts of a person, each once, the newest first. Not those of their programs: nobody typed them.</summary>
    public async Task<IReadOnlyList<string>> PromptsOfAsync(string userId, int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var settings = await db.Set<Job>().Where(job => job.UserId == userId && job.Source == JobSource.Board).OrderByDescending(static job => job.CreatedAt).Take(2 * count).Select(static job => job.Settings).ToListAsync(cancellationToken);
        return [.. settings.Select(static asked => asked.Prompt).Where(static prompt => prompt.Length > 0).Distinct(StringComparer.Ordinal).Take(count)];
    }

    /// <summary>The id of the latest job of a person, by which a page sees cheaply whether there is a new one; null if they have none.</summary>
    public async Task<string?> LatestJobOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Job>().Where(job => job.UserId == userId).OrderByDescending(static job => job.CreatedAt).Select(static job => job.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>What was made on a board, the newest first. Empty for who may not see the board.</summary>
    /// <param name="before">The last one of the page before.</param>
    public async Task<IReadOnlyList<JobView>> BoardHistoryAsync(string userId, string boardId, JobView? before, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return [];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var made = db.Set<Job>().AsNoTracking().Where(job => job.BoardId == boardId && job.State == JobState.Succeeded);

        // By id among those of the same millisecond, or a page that ends between them would lose some.
        if (before is not null)
            made = made.Where(job => job.CreatedAt < before.CreatedAt || (job.CreatedAt == before.CreatedAt && job.Id.CompareTo(before.Id) < 0));
        var jobs = await made
            .OrderByDescending(static job => job.CreatedAt).ThenByDescending(static job => job.Id).Take(PageSize).ToListAsync(cancellationToken);
        return await views.OfAsync(db, jobs, userId, cancellationToken);
    }

    private static PlanView Refused(GenerationRefusal? refusal) => new(null, null, null, [], [], null, [], null, null, refusal);
}
