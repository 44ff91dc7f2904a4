using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>
/// One picture once more, to see whether it comes out the same. A job of its own, on no board, that costs what one such picture costs: it takes a
/// worker as long, and what were free would be taken from those who wait.
/// </summary>
internal sealed class ReplayOrders(FramePlans plans, IDbContextFactory<AppDbContext> contexts, Pricing pricing)
{
    /// <summary>The order as it was, down to the inputs.</summary>
    public async Task<(OrderDraft? Draft, GenerationRefusal? Refusal)> DraftAsync(string userId, ResultRef source, string requestId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == source.Job && job.State == JobState.Succeeded, cancellationToken) is not { } job || source.Image < 0 || source.Image >= job.Count)
            return (null, new(GenerationRefusalCodes.ResultMissing, "This picture is not there any more."));
        var settings = job.Settings with { Count = 1 };
        var (model, refusal) = plans.Check(settings);
        if (model is null)
            return (null, refusal);
        var ingredients = await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ingredient.JobId == job.Id).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken);
        return (new(new()
        {
            UserId = userId,
            BoardId = "",
            FrameId = new(job.FrameId),
            RequestId = requestId,
            Task = job.Task,
            Model = job.Model,
            Settings = settings,
            Plan = job.Plan,
            Price = pricing.Quote(job.Task, job.Plan.ModelSize, 1, settings.Steps, model).Amount,
            CropSha256 = job.CropSha256,
            NewMaskSha256 = job.NewMaskSha256,
            PictureSha256 = job.PictureSha256,
            OtherSha256 = job.OtherSha256,
            Operation = job.Operation is { Thetas: { } thetas } several ? several with { Thetas = [thetas[source.Image]] } : job.Operation,
            FirstImage = job.FirstImage + source.Image,
            ReplayOf = source,
            PromptWriter = job.PromptWriter,
            Ingredients = [.. ingredients.Select(static ingredient => ingredient.ToRecord())],
        }), null);
    }

    /// <summary>What making this picture again costs; null where its model is not there or it is gone.</summary>
    public long? Price(JobTask task, FrameSettings settings, PixelSize modelSize) =>
        plans.Check(settings with { Count = 1 }).Model is { } model ? pricing.Quote(task, modelSize, 1, settings.Steps, model).Amount : null;
}
