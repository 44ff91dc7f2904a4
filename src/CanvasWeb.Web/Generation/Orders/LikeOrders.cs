using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>
/// "More like this". A whole picture is varied as a picture where the model can. A part that was made into others keeps its crop and
/// mask, since it must still fit what surrounds it, and is made again with another seed; so is everything for models that cannot vary.
/// </summary>
internal sealed class LikeOrders(FramePlans plans, IDbContextFactory<AppDbContext> contexts, Pricing pricing)
{
    public async Task<(OrderDraft? Draft, GenerationRefusal? Refusal)> DraftAsync(GenerationOrder order, ResultRef source, CancellationToken cancellationToken)
    {
        // 1. The result, on the same board, so that its role counts for it.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<Job>().AsNoTracking().FirstOrDefaultAsync(job => job.Id == source.Job && job.BoardId == order.BoardId && job.State == JobState.Succeeded, cancellationToken);
        var result = job is null ? null : await db.Set<JobResultRow>().AsNoTracking().FirstOrDefaultAsync(row => row.JobId == source.Job && row.Image == source.Image && row.WithheldAt == null, cancellationToken);
        if (job is null || result is null)
            return (null, new(GenerationRefusalCodes.ResultMissing, "The picture that this should be like is not on this board any more."));

        // 2. Its own settings; only how many comes from the button.
        var own = job.Task == JobTask.Upscale ? job.Settings with { Steps = null } : job.Settings; // An enlargement has no steps to speak of.
        var (model, refusal) = plans.Check(own with { Count = order.Settings.Count });
        if (model is null)
            return (null, refusal);
        if (order.Settings.Seed is < 0 || order.Settings.Seed > BoardLimits.Default.MaxSeed)
            return (null, new(GenerationRefusalCodes.BadSetting, "A seed is a whole number from 0 to 9007199254740991."));
        var seed = order.Settings.Seed is { } wanted && wanted != job.Settings.Seed ? wanted : ExactSettings.NewSeed();
        var settings = ExactSettings.Of(own with { Count = order.Settings.Count }, model, seed);
        var isWhole = job.Task != JobTask.Inpaint;
        var isVaried = isWhole && model.CanVary;
        if (isWhole && !isVaried && job.Operation is not null)
            return (null, new(GenerationRefusalCodes.CannotVary, $"The model {model.Name} makes no variations. Choose another one."));
        var (plan, wrong) = job.Task == JobTask.Upscale ? FramePlans.Fill(job.Plan.Frame, model) : (job.Plan, null);
        if (plan is null)
            return (null, wrong);
        var before = await db.Set<JobIngredient>().AsNoTracking().Where(ingredient => ingredient.JobId == job.Id).OrderBy(static ingredient => ingredient.Position).ToListAsync(cancellationToken);
        return (new(new()
        {
            UserId = order.UserId,
            BoardId = order.BoardId,
            FrameId = order.FrameId,
            RequestId = order.RequestId,
            Task = isVaried ? JobTask.Variation : isWhole ? JobTask.TextToImage : JobTask.Inpaint,
            Model = model.Name,
            Settings = settings,
            Plan = plan,
            Price = pricing.Quote(plan.ModelSize, settings.Count, settings.Steps, model).Amount,
            CropSha256 = job.CropSha256,
            NewMaskSha256 = job.NewMaskSha256,
            PictureSha256 = isVaried ? result.Sha256 : null,
            VariationOf = source,
            PromptWriter = job.PromptWriter,
            Ingredients = isVaried ? [new(result.Sha256, IngredientRole.Varied, result.JobId, result.Image)] : [.. before.Select(static ingredient => ingredient.ToRecord())],
        }), null);
    }
}
