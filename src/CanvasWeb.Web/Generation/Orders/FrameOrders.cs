using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>"Generate": a frame's own pictures, from its words and from what lies under and around it.</summary>
internal sealed class FrameOrders(FramePlans plans, BoardHost boards, FrameCutter cutter, FileBlobs blobs, Pricing pricing)
{
    public async Task<(OrderDraft? Draft, GenerationRefusal? Refusal)> DraftAsync(GenerationOrder order, CancellationToken cancellationToken)
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
        var isNew = plan.Task == FrameTask.TextToImage;
        if (isNew && string.IsNullOrWhiteSpace(order.Settings.Prompt))
            return (null, new(GenerationRefusalCodes.PromptMissing, "Say what the picture shows."));
        var ticket = new JobTicket
        {
            UserId = order.UserId,
            BoardId = order.BoardId,
            FrameId = order.FrameId,
            RequestId = order.RequestId,
            Task = isNew ? JobTask.TextToImage : JobTask.Inpaint,
            Model = model.Name,
            Settings = ExactSettings.Of(order.Settings, model),
            Plan = JobPlan.Of(plan),
            Price = pricing.Quote(plan.ModelSize, order.Settings.Count, order.Settings.Steps, model).Amount,
            Ingredients = isNew ? [] : [.. plan.Sources.Select(source => IngredientOf(source.Tile, plan.Frame))],
        };
        return (new(ticket, isNew ? null : token => CutAsync(ticket, plan, token)), null);
    }

    // What the model is to see, with the true alpha of the pictures.
    private async Task<(JobTicket? Ticket, GenerationRefusal? Refusal)> CutAsync(JobTicket ticket, FramePlan plan, CancellationToken cancellationToken)
    {
        var (inputs, refusal) = await cutter.CutAsync(plan, cancellationToken);
        return inputs is null
            ? (null, new(refusal!.Code, refusal.Sentence)) // One of the two is there.
            : (ticket with { CropSha256 = await blobs.PutAsync(inputs.CropPng, cancellationToken), NewMaskSha256 = await blobs.PutAsync(inputs.NewMaskPng, cancellationToken) }, null);
    }

    private static Ingredient IngredientOf(PlacedTile tile, WorldRect frame) => new(
        tile.Content.Sha256,
        tile.World.Bounds().Overlaps(frame) ? IngredientRole.Under : IngredientRole.Context,
        ProvenanceService.ResultOf(tile.Content)?.Job,
        ProvenanceService.ResultOf(tile.Content)?.Image);
}
