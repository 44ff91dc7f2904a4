using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Generation;

/// <summary>"What would this frame do, and for how much?" Nothing is queued or held by asking.</summary>
/// <param name="FrameId">A frame of the board; null for one that is still being dragged.</param>
/// <param name="Frame">Where the frame is, world units: needed without an id, and overrides where it lies with one.</param>
/// <param name="Settings">Overrides the frame's own.</param>
internal sealed record PlanQuestion(NodeId? FrameId = null, WorldRect? Frame = null, FrameSettings? Settings = null);
