using System.Security.Cryptography;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>
/// Everything that a page, the board's hub or the API asks about generations. A person's id comes from their sign-in, never from a message.
/// </summary>
internal sealed class GenerationService(
    IDbContextFactory<AppDbContext> contexts,
    WriteTransactions writes,
    BoardAccess access,
    BoardHost boards,
    FramePlans plans,
    FrameCutter cutter,
    FileBlobs blobs,
    PromptGate gate,
    ReportQueue reports,
    Pricing pricing,
    Ledger ledger,
    JobQueue queue,
    JobNews news,
    JobViews views,
    UserEvents events,
    SiteLimits limits,
    IOptions<GenerationOptions> options,
    TimeProvider time,
    ILogger<GenerationService> logger)
{
    private readonly GenerationOptions _options = options.Value;

    /// <summary>What an operation would cost. For editors of the board.</summary>
    public async Task<OperationPrice> PriceAsync(string userId, string boardId, PictureOperation operation, FrameSettings settings, CancellationToken cancellationToken) =>
        await access.RoleAsync(boardId, userId, cancellationToken) is not (BoardRole.Editor or BoardRole.Owner)
            ? new(Refusal: new(GenerationRefusalCodes.Forbidden, "You can look at this board but not make pictures on it. Ask its owner to let you edit."))
            : new(Refusal: new(GenerationRefusalCodes.CannotDo, FormattableString.Invariant($"Nothing of this kind can be made yet: {operation.Kind} of {operation.Tiles.Count} for {settings.Count}.")));

    /// <summary>Plans, checks, prices, cuts; then, in one transaction, holds the credits and queues the job.</summary>
    public async Task<GenerationOutcome> RequestAsync(GenerationOrder order, CancellationToken cancellationToken)
    {
        // 1. Was it asked before? And may they?
        if (!IsRequestId(order.RequestId))
            return Refuse(GenerationRefusalCodes.BadSetting, "A request needs an id of 1 to 64 letters, digits, \"_\" or \"-\".");
        if (await FindEarlierAsync(order.UserId, order.RequestId, requestHash: null, cancellationToken) is { } earlier)
            return earlier;
        if (await access.RoleAsync(order.BoardId, order.UserId, cancellationToken) is not (BoardRole.Editor or BoardRole.Owner))
            return Refuse(GenerationRefusalCodes.Forbidden, "You can look at this board but not make pictures on it. Ask its owner to let you edit.");

        if (order.Operation is not null)
            return Refuse(GenerationRefusalCodes.CannotDo, "Nothing of this kind can be made yet.");

        // 2. What is it, and what does it cost? Pictures and masks are cut before anything is written: a blob that no job uses is harmless.
        var (ticket, refusal) = order.VariationOf is { } source
            ? await PrepareVariationAsync(order, source, cancellationToken)
            : await PrepareAsync(order, cancellationToken);
        if (ticket is null)
            return new GenerationOutcome.Refused(refusal!); // One of the two is there.

        // 3. The job and its price, or neither.
        return await QueueAndTellAsync(ticket, cancellationToken);
    }

    /// <summary>The same for a program: no board, no frame, and the plan comes with the order.</summary>
    public async Task<GenerationOutcome> RequestAsync(DirectOrder order, CancellationToken cancellationToken)
    {
        // 1. Was it asked before?
        if (!IsRequestId(order.RequestId))
            return Refuse(GenerationRefusalCodes.BadSetting, "A request needs an id of 1 to 64 letters, digits, \"_\" or \"-\".");
        if (await FindEarlierAsync(order.UserId, order.RequestId, order.RequestHash, cancellationToken, mayReplace: true) is { } earlier)
            return earlier;

        // 2. What does it cost, and may it be?
        var (model, refusal) = plans.Check(order.Settings, _options.MaxDirectCount);
        refusal ??= Unable(order, model!); // One of the two is there.
        if (refusal is not null)
            return new GenerationOutcome.Refused(refusal);
        var price = pricing.Quote(order.Plan.ModelSize, order.Settings.Count, order.Settings.Steps, model!).Amount; // Else it was refused.
        if (await RefusalOfAsync(order.UserId, "", order.Settings, JobSource.Api, price, cancellationToken) is { } unwanted)
            return new GenerationOutcome.Refused(unwanted);

        // 3. Pictures, then the job and its price, or neither.
        var (crop, picture) = (await PutAsync(order.CropPng, cancellationToken), await PutAsync(order.PicturePng, cancellationToken));
        return await QueueAndTellAsync(
            new()
            {
                UserId = order.UserId,
                BoardId = "",
                FrameId = new(Job.NoFrame),
                RequestId = order.RequestId,
                Source = JobSource.Api,
                ApiKeyId = order.ApiKeyId,
                RequestHash = order.RequestHash,
                MayReplace = true,
                Task = order.Task,
                Model = model!.Name,
                Settings = Resolve(order.Settings, model, order.Settings.Seed ?? NewSeed()),
                Plan = order.Plan,
                Price = price,
                CropSha256 = crop,
                NewMaskSha256 = await PutAsync(order.NewMaskPng, cancellationToken),
                PictureSha256 = picture,
                Ingredients = crop is not null ? [new(crop, IngredientRole.Under)] : picture is not null ? [new(picture, IngredientRole.Varied)] : [],
            },
            cancellationToken);
    }

    /// <summary>
    /// Makes one picture again, to see whether it comes out the same. A job of its own, on no board, that costs what one such picture costs: it takes a
    /// worker as long, and what were free would be taken from those who wait.
    /// </summary>
    public async Task<GenerationOutcome> ReplayAsync(string userId, ResultRef source, string requestId, CancellationToken cancellationToken)
    {
        // 1. Was it asked before? And may they?
        if (!IsRequestId(requestId))
            return Refuse(GenerationRefusalCodes.BadSetting, "A request needs an id of 1 to 64 letters, digits, \"_\" or \"-\".");
        if (await FindEarlierAsync(userId, requestId, requestHash: null, cancellationToken) is { } earlier)
            return earlier;
        if (!await MayAsync(userId, BoardRole.Editor, source.Job, cancellationToken))
            return Refuse(GenerationRefusalCodes.Forbidden, "You can look at this board but not make pictures on it. Ask its owner to let you edit.");

        // 2. The order as it was, down to the inputs.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == source.Job && job.State == JobState.Succeeded, cancellationToken) is not { } job || source.Image < 0 || source.Image >= job.Count)
            return Refuse(GenerationRefusalCodes.ResultMissing, "This picture is not there any more.");
        var settings = job.Settings with { Count = 1 };
        var (model, refusal) = plans.Check(settings);
        if (model is null)
            return new GenerationOutcome.Refused(refusal!); // One of the two is there.
        var ingredients = await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ingredient.JobId == job.Id).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken);
        return await QueueAndTellAsync(
            new()
            {
                UserId = userId,
                BoardId = "",
                FrameId = new(job.FrameId),
                RequestId = requestId,
                Task = job.Task,
                Model = job.Model,
                Settings = settings,
                Plan = job.Plan,
                Price = pricing.Quote(job.Plan.ModelSize, 1, settings.Steps, model).Amount,
                CropSha256 = job.CropSha256,
                NewMaskSha256 = job.NewMaskSha256,
                PictureSha256 = job.PictureSha256,
                FirstImage = job.FirstImage + source.Image,
                ReplayOf = source,
                PromptWriter = job.PromptWriter,
                Ingredients = [.. ingredients.Select(static ingredient => ingredient.ToRecord())],
            },
            cancellationToken);
    }

    /// <summary>What making this picture again costs; null where its model is not there or it is gone.</summary>
    public long? ReplayPrice(FrameSettings settings, PixelSize modelSize) =>
        plans.Check(settings with { Count = 1 }).Model is { } model ? pricing.Quote(modelSize, 1, settings.Steps, model).Amount : null;

    private static GenerationRefusal? Unable(DirectOrder order, ModelInfo model) => order.Task switch
    {
        JobTask.TextToImage when string.IsNullOrWhiteSpace(order.Settings.Prompt) => new(GenerationRefusalCodes.PromptMissing, "Say what the picture shows."),
        JobTask.Inpaint when !model.Geometry.CanInpaint => new(RefusalCodes.CannotInpaint, $"The model {model.Name} only paints whole pictures. Choose another one."),
        JobTask.Variation when !model.CanVary => new(GenerationRefusalCodes.CannotVary, $"The model {model.Name} makes no variations. Choose another one."),
        _ => null,
    };

    private async Task<string?> PutAsync(byte[]? png, CancellationToken cancellationToken) => png is null ? null : await blobs.PutAsync(png, cancellationToken);

    private async Task<GenerationOutcome> QueueAndTellAsync(JobTicket ticket, CancellationToken cancellationToken)
    {
        var (job, refused) = await QueueAsync(ticket, cancellationToken);
        if (job is null)
            return new GenerationOutcome.Refused(refused!); // One of the two is there.
        return await TellAsync(job, cancellationToken);
    }

    private async Task<GenerationOutcome> TellAsync(Job job, CancellationToken cancellationToken)
    {
        logger.LogInformation("Job {JobId} ({Task}, {Count} pictures with {Model}) was queued for {Price}", job.Id, job.Task, job.Count, job.Model, job.Price);
        events.Publish(job.UserId, UserEvent.CreditsChanged);
        news.Changed(job.Id);
        news.WorkCame();
        return new GenerationOutcome.Accepted(await ViewAsync(job, job.UserId, cancellationToken));
    }

    /// <summary>The request id of a job's second life (<see cref="AgainAsync"/>). With a sign that no client's id has (<see cref="IsRequestId"/>).</summary>
    public static string AgainKey(string jobId) => "again:" + jobId;

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
            ticket = JobTicket.Again(poisoned, AgainKey(jobId), [.. made.Select(static ingredient => ingredient.ToRecord())]);
        }

        var (job, refusal) = await HoldAndQueueAsync(ticket, cancellationToken, note);
        return job is null ? new GenerationOutcome.Refused(refusal!) : await TellAsync(job, cancellationToken); // One of the two is there.
    }

    /// <summary>What a frame would do and cost. For any role on the board.</summary>
    public async Task<PlanView> PlanAsync(string userId, string boardId, PlanQuestion question, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return RefusedPlan(new(GenerationRefusalCodes.Forbidden, "There is no such board for you."));
        var board = await boards.StateAsync(boardId, cancellationToken);
        var settings = question.Settings ?? (question.FrameId is { } id && board.Find(id) is FrameNode frame ? frame.Settings.Value : FrameSettings.Default);
        var (model, refusal) = plans.Check(settings);
        if (model is null)
            return RefusedPlan(refusal);
        (var plan, refusal) = FramePlans.Plan(board, question.FrameId, question.Frame, settings, model, cancellationToken);
        return plan is null
            ? RefusedPlan(refusal)
            : new(plan.Task, plan.Frame, plan.Crop, plan.Covered, plan.Uncovered, plan.Painted, plan.Context, plan.ModelSize,
                pricing.Quote(plan.ModelSize, settings.Count, settings.Steps, model).Amount, null);
    }

    /// <summary>Why the prompt policy would refuse an order with these words, noted as a refusal of such an order; null where it would not.</summary>
    public Task<GenerationRefusal?> RefusalOfWordsAsync(string userId, string boardId, FrameSettings settings, CancellationToken cancellationToken) =>
        gate.CheckAsync(userId, boardId, settings.Prompt, settings.NegativePrompt, cancellationToken);

    /// <summary>Cancels the job that has this request id, if there is one: for who never learned its own id.</summary>
    public async Task CancelRequestAsync(string userId, string requestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Job>().Where(job => job.UserId == userId && job.RequestId == requestId).Select(static job => job.Id).FirstOrDefaultAsync(cancellationToken) is { } jobId)
            await CancelAsync(userId, jobId, cancellationToken);
    }

    /// <summary>Cancels one's own job; a running one stops within a step. False: no such job of theirs, or it has ended already.</summary>
    public Task<bool> CancelAsync(string userId, string jobId, CancellationToken cancellationToken) => queue.CancelAsync(userId, jobId, cancellationToken);

    /// <summary>One's own jobs over all boards: all that are open, then the latest that ended, the newest first.</summary>
    public async Task<IReadOnlyList<JobView>> JobsOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var mine = db.Set<Job>().AsNoTracking().Where(job => job.UserId == userId);
        var open = await mine.Where(static job => job.State == JobState.Queued || job.State == JobState.Running).OrderByDescending(static job => job.CreatedAt).ToListAsync(cancellationToken);
        var ended = await mine.Where(static job => job.State != JobState.Queued && job.State != JobState.Running)
            .OrderByDescending(static job => job.CreatedAt).Take(_options.PageSize).ToListAsync(cancellationToken);
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

    /// <summary>How many <see cref="BoardHistoryAsync"/> tells at a time.</summary>
    public int PageSize => _options.PageSize;

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
            .OrderByDescending(static job => job.CreatedAt).ThenByDescending(static job => job.Id).Take(_options.PageSize).ToListAsync(cancellationToken);
        return await views.OfAsync(db, jobs, userId, cancellationToken);
    }

    /// <summary>1 to 5 stars, or null to take them back. False: no such result on a board that they may edit.</summary>
    public Task<bool> RateAsync(string userId, ResultRef result, int? stars, CancellationToken cancellationToken) =>
        stars is < 1 or > 5
            ? Task.FromResult(false)
            : ChangeResultsAsync(userId, BoardRole.Editor, result.Job, [result.Image], row => row.Rating = stars, cancellationToken);

    /// <summary>Tells the site's owners about a result that should not be. Hides nothing by itself.</summary>
    /// <returns>False: no such result on a board that they may see, or too many reports for now.</returns>
    public async Task<bool> ReportAsync(string userId, ResultRef result, CancellationToken cancellationToken)
    {
        if (!await MayAsync(userId, BoardRole.Viewer, result.Job, cancellationToken))
            return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Set<JobResultRow>().Where(row => row.JobId == result.Job && row.Image == result.Image && row.WithheldAt == null)
            .Join(db.Set<Job>(), static row => row.JobId, static job => job.Id, static (row, job) => new { row.Sha256, job.UserId }).FirstOrDefaultAsync(cancellationToken);
        if (found is null || await reports.AddAsync(ReportTarget.Result(result.Job, result.Image, found.UserId, found.Sha256), Reporter.OfUser(userId), ReportReason.Other, "", cancellationToken) == ReportOutcome.TooMany)
            return false;
        return await ChangeResultsAsync(
            userId,
            BoardRole.Viewer,
            result.Job,
            [result.Image],
            row =>
            {
                row.ReportedBy ??= userId;
                row.ReportedAt ??= time.GetUtcNow();
            },
            cancellationToken);
    }

    /// <summary>Notes that candidates became tiles; the tiles themselves are written through the op log.</summary>
    public Task<bool> AcceptAsync(string userId, string jobId, IReadOnlyList<int> images, CancellationToken cancellationToken) =>
        ChangeResultsAsync(userId, BoardRole.Editor, jobId, images, static row => row.Accepted = true, cancellationToken);

    /// <summary>Puts a job's candidates away for everybody on the board; history still has them.</summary>
    public async Task<bool> DiscardAsync(string userId, string jobId, CancellationToken cancellationToken)
    {
        if (!await MayAsync(userId, BoardRole.Editor, jobId, cancellationToken))
            return false;
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is not { } job)
                    return false;
                job.Discard();
                return true;
            },
            cancellationToken);
        if (found)
            news.Changed(jobId);
        return found;
    }

    private async Task<(JobTicket? Ticket, GenerationRefusal? Refusal)> PrepareAsync(GenerationOrder order, CancellationToken cancellationToken)
    {
        // 1. Settings against the model.
        var (model, refusal) = plans.Check(order.Settings);
        if (model is null)
            return (null, refusal);

        // 2. The frame on the board as the server has it.
        var board = await boards.StateAsync(order.BoardId, cancellationToken);
        (var plan, refusal) = FramePlans.Plan(board, order.FrameId, place: null, order.Settings, model, cancellationToken);
        if (plan is null)
            return (null, refusal);
        if (plan.Task == FrameTask.TextToImage && string.IsNullOrWhiteSpace(order.Settings.Prompt))
            return (null, new(GenerationRefusalCodes.PromptMissing, "Say what the picture shows."));

        var price = pricing.Quote(plan.ModelSize, order.Settings.Count, order.Settings.Steps, model).Amount;
        if (await RefusalOfAsync(order.UserId, order.BoardId, order.Settings, JobSource.Board, price, cancellationToken) is { } unwanted)
            return (null, unwanted);

        // 3. What the model is to see, with the true alpha of the pictures.
        var (crop, mask) = ((string?)null, (string?)null);
        if (plan.Task != FrameTask.TextToImage)
        {
            var (inputs, wrong) = await cutter.CutAsync(plan, cancellationToken);
            if (inputs is null)
                return (null, new(wrong!.Code, wrong.Sentence)); // One of the two is there.
            crop = await blobs.PutAsync(inputs.CropPng, cancellationToken);
            mask = await blobs.PutAsync(inputs.NewMaskPng, cancellationToken);
        }

        // 4. Nothing is left to chance from here on.
        var settings = Resolve(order.Settings, model, order.Settings.Seed ?? NewSeed());
        return (new()
        {
            UserId = order.UserId,
            BoardId = order.BoardId,
            FrameId = order.FrameId,
            RequestId = order.RequestId,
            Task = plan.Task == FrameTask.TextToImage ? JobTask.TextToImage : JobTask.Inpaint,
            Model = model.Name,
            Settings = settings,
            Plan = JobPlan.Of(plan),
            Price = price,
            CropSha256 = crop,
            NewMaskSha256 = mask,
            Ingredients = plan.Task == FrameTask.TextToImage ? [] : [.. plan.Sources.Select(source => IngredientOf(source.Tile, plan.Frame))],
        }, null);
    }

    /// <summary>
    /// "More like this". A whole picture is varied as a picture where the model can. A part that was made into others keeps its crop and
    /// mask, since it must still fit what surrounds it, and is made again with another seed; so is everything for models that cannot vary.
    /// </summary>
    private async Task<(JobTicket? Ticket, GenerationRefusal? Refusal)> PrepareVariationAsync(GenerationOrder order, ResultRef source, CancellationToken cancellationToken)
    {
        // 1. The result, on the same board, so that its role counts for it.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == source.Job && job.BoardId == order.BoardId && job.State == JobState.Succeeded, cancellationToken);
        var result = job is null ? null : await db.Set<JobResultRow>().AsNoTracking().FirstOrDefaultAsync(row => row.JobId == source.Job && row.Image == source.Image && row.WithheldAt == null, cancellationToken);
        if (job is null || result is null)
            return (null, new(GenerationRefusalCodes.ResultMissing, "The picture that this should be like is not on this board any more."));

        // 2. Its own settings; only how many comes from the button.
        var (model, refusal) = plans.Check(job.Settings with { Count = order.Settings.Count });
        if (model is null)
            return (null, refusal);
        var seed = order.Settings.Seed is { } wanted && wanted != job.Settings.Seed ? wanted : NewSeed();
        if (order.Settings.Seed is < 0 || order.Settings.Seed > BoardLimits.Default.MaxSeed)
            return (null, new(GenerationRefusalCodes.BadSetting, "A seed is a whole number from 0 to 9007199254740991."));
        var settings = Resolve(job.Settings with { Count = order.Settings.Count }, model, seed);
        var isWhole = job.Task != JobTask.Inpaint;
        var isVaried = isWhole && model.CanVary;
        var before = await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ingredient.JobId == job.Id).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken);
        return (new()
        {
            UserId = order.UserId,
            BoardId = order.BoardId,
            FrameId = order.FrameId,
            RequestId = order.RequestId,
            Task = isWhole ? (model.CanVary ? JobTask.Variation : JobTask.TextToImage) : JobTask.Inpaint,
            Model = model.Name,
            Settings = settings,
            Plan = job.Plan,
            Price = pricing.Quote(job.Plan.ModelSize, settings.Count, settings.Steps, model).Amount,
            CropSha256 = job.CropSha256,
            NewMaskSha256 = job.NewMaskSha256,
            PictureSha256 = isVaried ? result.Sha256 : null,
            VariationOf = source,
            PromptWriter = job.PromptWriter,
            Ingredients = isVaried ? [new(result.Sha256, IngredientRole.Varied, result.JobId, result.Image)] : [.. before.Select(static ingredient => ingredient.ToRecord())],
        }, null);
    }

    /// <summary>One order of a person after the other, until the transaction ends.</summary>
    public static Task LockUserAsync(AppDbContext db, string userId, CancellationToken cancellationToken) => WriteTransactions.LockAsync(db, "generation:user:" + userId, cancellationToken);

    // The one way into the queue, for boards and the API: so this is where the prompt policy stands.
    private async Task<(Job? Job, GenerationRefusal? Refusal)> QueueAsync(JobTicket ticket, CancellationToken cancellationToken)
    {
        var unwanted = await gate.CheckAsync(ticket.UserId, ticket.BoardId, ticket.Settings.Prompt, ticket.Settings.NegativePrompt, cancellationToken);
        return unwanted is null ? await HoldAndQueueAsync(ticket, cancellationToken) : (null, unwanted);
    }

    // Everything that would refuse an order anyway, asked before its pictures are stored, or who is refused could fill the disk. What counts is asked
    // again under the lock.
    private async Task<GenerationRefusal?> RefusalOfAsync(string userId, string boardId, FrameSettings settings, JobSource source, long price, CancellationToken cancellationToken)
    {
        if (await gate.CheckAsync(userId, boardId, settings.Prompt, settings.NegativePrompt, cancellationToken) is { } unwanted)
            return unwanted;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await ClosedAsync(db, userId, source, cancellationToken) is { } closed)
                return closed;
        }

        var available = (await ledger.BalanceAsync(userId, cancellationToken)).Available.Amount;
        return available < price ? NotEnough(price, available) : null;
    }

    private async Task<GenerationRefusal?> ClosedAsync(AppDbContext db, string userId, JobSource source, CancellationToken cancellationToken)
    {
        var now = limits.Now;
        if (now.Maintenance)
            return new(GenerationRefusalCodes.Maintenance, "This site is being worked on and takes no new jobs just now. " + (now.MaintenanceMessage.Length > 0 ? now.MaintenanceMessage : "Try again later; what you made is safe."));
        if (await db.Users.AnyAsync(user => user.Id == userId && user.SuspendedAt != null, cancellationToken))
            return new(GenerationRefusalCodes.Suspended, "This account is suspended and cannot make pictures.");
        var jobs = db.Set<Job>();
        if (await jobs.CountAsync(job => job.UserId == userId && job.Source == source && job.State == JobState.Queued, cancellationToken) >= now.QueuedPerPerson)
            return new(GenerationRefusalCodes.QueueFull, FormattableString.Invariant($"You have {now.QueuedPerPerson} jobs waiting, which is the most. Wait for one to start, or cancel one."));
        return await jobs.CountAsync(static job => job.State == JobState.Queued, cancellationToken) >= _options.MaxQueued
            ? new(GenerationRefusalCodes.QueueFull, "Too many pictures are waiting just now. Try again in a few minutes.")
            : null;
    }

    private Task<(Job? Job, GenerationRefusal? Refusal)> HoldAndQueueAsync(JobTicket ticket, CancellationToken cancellationToken, Action<AppDbContext, Job>? note = null) => writes.RunAsync<(Job?, GenerationRefusal?)>(
        async (db, token) =>
        {
            // 1. One order of a person after the other: caps are exact, and a doubled order finds its twin.
            await LockUserAsync(db, ticket.UserId, token);
            var jobs = db.Set<Job>();
            if (await jobs.FirstOrDefaultAsync(job => job.UserId == ticket.UserId && job.RequestId == ticket.RequestId, token) is { } twin)
            {
                if (twin.RequestHash != ticket.RequestHash)
                    return (null, Reused());
                if (!ticket.MayReplace || IsAnswer(twin.State))
                    return (twin, null);

                // Saved by itself: the id has to be free before another row takes it. What is refused below takes it back no more, and need not.
                twin.GiveUpRequestId();
                await db.SaveChangesAsync(token);
            }

            // Asked under the lock under which an admin suspends: what is queued before that is canceled with the rest, and nothing comes after it.
            if (await ClosedAsync(db, ticket.UserId, ticket.Source, token) is { } closed)
                return (null, closed);

            // 2. The price, and with it the job.
            var at = time.GetUtcNow();
            var job = Job.Queue(ticket, at);
            var hold = await ledger.HoldAsync(db, ticket.UserId, new(ticket.Price), job.Id, at + TimeSpan.FromHours(_options.MaxOpenHours + 1), token);
            if (hold is HoldOutcome.NotEnough short_)
                return (null, NotEnough(ticket.Price, short_.Available.Amount));
            db.Add(job);
            db.AddRange(ticket.Ingredients.Take(JobIngredient.MaxOfJob).Select((ingredient, position) => new JobIngredient
            {
                JobId = job.Id,
                Position = position,
                Sha256 = ingredient.Sha256,
                Role = ingredient.Role,
                SourceJob = ingredient.Job,
                SourceImage = ingredient.Image,
            }));
            note?.Invoke(db, job);
            return (job, null);
        },
        cancellationToken);

    // A job that may still have pictures, or has: any other is no answer to who asks again.
    private static bool IsAnswer(JobState state) => state is JobState.Queued or JobState.Running or JobState.Succeeded;

    private async Task<GenerationOutcome?> FindEarlierAsync(string userId, string requestId, string? requestHash, CancellationToken cancellationToken, bool mayReplace = false)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.UserId == userId && job.RequestId == requestId, cancellationToken);
        if (job is null)
            return null;
        if (job.RequestHash != requestHash)
            return new GenerationOutcome.Refused(Reused());
        return mayReplace && !IsAnswer(job.State) ? null : new GenerationOutcome.Accepted(await ViewAsync(job, userId, cancellationToken));
    }

    private static GenerationRefusal Reused() => new(GenerationRefusalCodes.RequestReused, "This key was used before for another request. Use a new key for each request, and the same one only to repeat it.");

    private static GenerationRefusal NotEnough(long price, long available) => new(
        GenerationRefusalCodes.NotEnoughCredits, FormattableString.Invariant($"You have {available} credits left. This needs {price}."), price, available);

    private async Task<JobView> ViewAsync(Job job, string viewer, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await views.OfAsync(db, [job], viewer, cancellationToken))[0];
    }

    private async Task<bool> ChangeResultsAsync(
        string userId, BoardRole least, string jobId, IReadOnlyList<int> images, Action<JobResultRow> change, CancellationToken cancellationToken)
    {
        if (images.Count == 0 || images.Count > _options.MaxCount || !await MayAsync(userId, least, jobId, cancellationToken))
            return false;
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                if (await JobRows.LockAsync(db, jobId, token) is not { State: JobState.Succeeded })
                    return false;
                var rows = await db.Set<JobResultRow>().Where(row => row.JobId == jobId && row.WithheldAt == null && images.Contains(row.Image)).ToListAsync(token);
                rows.ForEach(change);
                return rows.Count == images.Distinct().Count();
            },
            cancellationToken);
        if (found)
            news.Changed(jobId);
        return found;
    }

    private async Task<bool> MayAsync(string userId, BoardRole least, string jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().Where(job => job.Id == jobId).Select(static job => new { job.BoardId, job.UserId }).FirstOrDefaultAsync(cancellationToken);

        // A job without a board is its person's alone.
        return job is not null && (job.BoardId.Length == 0 ? job.UserId == userId : await access.RoleAsync(job.BoardId, userId, cancellationToken) >= least);
    }

    private static FrameSettings Resolve(FrameSettings settings, ModelInfo model, long seed) => settings with
    {
        Model = model.Name,
        Seed = seed,
        Steps = settings.Steps ?? model.DefaultSteps,
        Guidance = settings.Guidance ?? model.DefaultGuidance,

        // A model that has only its own lists none, and takes none.
        Scheduler = settings.Scheduler ?? (model.Schedulers.Contains(model.DefaultScheduler, StringComparer.Ordinal) ? model.DefaultScheduler : null),
    };

    private static Ingredient IngredientOf(PlacedTile tile, WorldRect frame) => new(
        tile.Content.Sha256,
        tile.World.Bounds().Overlaps(frame) ? IngredientRole.Under : IngredientRole.Context,
        ProvenanceService.ResultOf(tile.Content)?.Job,
        ProvenanceService.ResultOf(tile.Content)?.Image);

    // As many bits as a browser can read back without rounding.
    private static long NewSeed() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & BoardLimits.Default.MaxSeed;

    private static bool IsRequestId(string id) =>
        id.Length is > 0 and <= Job.RequestIdLength && id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static GenerationOutcome.Refused Refuse(string code, string message) => new(new(code, message));

    private static PlanView RefusedPlan(GenerationRefusal? refusal) => new(null, null, null, [], [], null, [], null, null, refusal);
}
