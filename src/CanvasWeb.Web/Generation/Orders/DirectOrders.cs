using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>Orders of programs: no board, no frame, and the plan comes with the order.</summary>
internal sealed class DirectOrders(FramePlans plans, FileBlobs blobs, Pricing pricing, IOptions<GenerationOptions> options)
{
    public (OrderDraft? Draft, GenerationRefusal? Refusal) Draft(DirectOrder order)
    {
        var (model, refusal) = plans.Check(order.Settings, options.Value.MaxDirectCount);
        if (model is null || (refusal = Unable(order, model)) is not null)
            return (null, refusal);
        var ticket = new JobTicket
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
            Model = model.Name,
            Settings = ExactSettings.Of(order.Settings, model),
            Plan = order.Plan,
            Price = pricing.Quote(order.Plan.ModelSize, order.Settings.Count, order.Settings.Steps, model).Amount,
        };
        return (new(ticket, token => StoreAsync(ticket, order, token)), null);
    }

    private async Task<(JobTicket? Ticket, GenerationRefusal? Refusal)> StoreAsync(JobTicket ticket, DirectOrder order, CancellationToken cancellationToken)
    {
        var (crop, picture) = (await PutAsync(order.CropPng, cancellationToken), await PutAsync(order.PicturePng, cancellationToken));
        return (ticket with
        {
            CropSha256 = crop,
            NewMaskSha256 = await PutAsync(order.NewMaskPng, cancellationToken),
            PictureSha256 = picture,
            Ingredients = crop is not null ? [new(crop, IngredientRole.Under)] : picture is not null ? [new(picture, IngredientRole.Varied)] : [],
        }, null);
    }

    private async Task<string?> PutAsync(byte[]? png, CancellationToken cancellationToken) => png is null ? null : await blobs.PutAsync(png, cancellationToken);

    private static GenerationRefusal? Unable(DirectOrder order, ModelInfo model) => order.Task switch
    {
        JobTask.TextToImage when string.IsNullOrWhiteSpace(order.Settings.Prompt) => new(GenerationRefusalCodes.PromptMissing, "Say what the picture shows."),
        JobTask.Inpaint when !model.Geometry.CanInpaint => new(RefusalCodes.CannotInpaint, $"The model {model.Name} only paints whole pictures. Choose another one."),
        JobTask.Variation when !model.CanVary => new(GenerationRefusalCodes.CannotVary, $"The model {model.Name} makes no variations. Choose another one."),
        _ => null,
    };
}
