using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>A checked, planned and priced order: what a <see cref="Job"/> is made from.</summary>
internal sealed record JobTicket
{
    public required string UserId { get; init; }

    public required string BoardId { get; init; }

    public required NodeId FrameId { get; init; }

    public required string RequestId { get; init; }

    public JobSource Source { get; init; } = JobSource.Board;

    public string? ApiKeyId { get; init; }

    public string? RequestHash { get; init; }

    /// <summary>Whether an earlier job with this request id that ended without pictures makes room for this one, rather than being the answer.</summary>
    public bool MayReplace { get; init; }

    public required JobTask Task { get; init; }

    public required string Model { get; init; }

    /// <summary>Nothing in them is left to the model or to chance.</summary>
    public required FrameSettings Settings { get; init; }

    public required JobPlan Plan { get; init; }

    public required long Price { get; init; }

    public int Priority { get; init; } = JobPriority.Interactive;

    public string? CropSha256 { get; init; }

    public string? NewMaskSha256 { get; init; }

    public string? PictureSha256 { get; init; }

    public string? OtherSha256 { get; init; }

    public PictureOperation? Operation { get; init; }

    public ResultRef? VariationOf { get; init; }

    /// <summary>The picture that is made again, to compare them.</summary>
    public ResultRef? ReplayOf { get; init; }

    /// <summary>Whose words the prompt is; null for those of <see cref="UserId"/>.</summary>
    public string? PromptWriter { get; init; }

    /// <summary>As <see cref="Job.FirstImage"/>.</summary>
    public int FirstImage { get; init; }

    /// <summary>The pictures that it is made with, the lowest first; those past <see cref="JobIngredient.MaxOfJob"/> are not kept.</summary>
    public IReadOnlyList<Ingredient> Ingredients { get; init; } = [];

    /// <summary>Everything of an earlier job once more.</summary>
    public static JobTicket Again(Job job, string requestId, IReadOnlyList<Ingredient> ingredients) => new()
    {
        UserId = job.UserId,
        BoardId = job.BoardId,
        FrameId = new(job.FrameId),
        RequestId = requestId,
        Source = job.Source,
        ApiKeyId = job.ApiKeyId,
        RequestHash = job.RequestHash,
        Task = job.Task,
        Model = job.Model,
        Settings = job.Settings,
        Plan = job.Plan,
        Price = job.Price,
        Priority = job.Priority,
        CropSha256 = job.CropSha256,
        NewMaskSha256 = job.NewMaskSha256,
        PictureSha256 = job.PictureSha256,
        OtherSha256 = job.OtherSha256,
        Operation = job.Operation,
        VariationOf = job.VariationOfJob is { } source && job.VariationOfImage is { } image ? new(source, image) : null,
        ReplayOf = job.ReplayOfJob is { } original && job.ReplayOfImage is { } picture ? new(original, picture) : null,
        PromptWriter = job.PromptBy,
        FirstImage = job.FirstImage,
        Ingredients = ingredients,
    };
}
