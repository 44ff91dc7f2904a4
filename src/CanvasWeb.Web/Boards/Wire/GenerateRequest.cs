using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Boards.Wire;

/// <param name="RequestId">Made by the tab for each press of the button: the same id gives the same job.</param>
/// <param name="VariationOf">A candidate to vary.</param>
/// <param name="Operation">Tiles to make something of; not together with <paramref name="VariationOf"/>.</param>
internal sealed record GenerateRequest(NodeId FrameId, FrameSettings Settings, string RequestId, ResultRef? VariationOf = null, PictureOperation? Operation = null);
