using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Generation;

/// <summary>What somebody asks for by pressing "Generate".</summary>
/// <param name="RequestId">Made by the client, 1 to 64 letters, digits, "_" or "-": the same id again is the same job, never a second one.</param>
/// <param name="VariationOf">"More like this": a result to vary instead of starting from the prompt alone.</param>
/// <param name="Operation">Tiles to make something of; not together with <paramref name="VariationOf"/>.</param>
internal sealed record GenerationOrder(
    string UserId,
    string BoardId,
    NodeId FrameId,
    FrameSettings Settings,
    string RequestId,
    ResultRef? VariationOf = null,
    PictureOperation? Operation = null);
