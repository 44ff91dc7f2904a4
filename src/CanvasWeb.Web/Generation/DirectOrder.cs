using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation;

/// <summary>What a program asks for: pictures without a board. Who asks was checked by the caller.</summary>
internal sealed record DirectOrder
{
    public required string UserId { get; init; }

    public string? ApiKeyId { get; init; }

    /// <summary>As in <see cref="GenerationOrder"/>: the same id again is the same job.</summary>
    public required string RequestId { get; init; }

    /// <summary>What was asked for, as a hash: the same id with another hash is refused as <see cref="GenerationRefusalCodes.RequestReused"/>.</summary>
    public string? RequestHash { get; init; }

    public required JobTask Task { get; init; }

    public required FrameSettings Settings { get; init; }

    /// <summary>From <see cref="DirectPlans"/>: its units are pixels of the picture that is asked for.</summary>
    public required JobPlan Plan { get; init; }

    /// <summary>PNG: the picture to vary, or of an edit all of the picture.</summary>
    public byte[]? PicturePng { get; init; }

    /// <summary>PNG of an edit: <see cref="JobInputs.Crop"/>.</summary>
    public byte[]? CropPng { get; init; }

    /// <summary>PNG of an edit: <see cref="JobInputs.New"/>.</summary>
    public byte[]? NewMaskPng { get; init; }
}
