using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>Where somebody is and what they hold. Never stored.</summary>
/// <param name="Cursor">World units; null while it is elsewhere.</param>
/// <param name="Viewport">What they see, world units.</param>
/// <param name="Tool">A token like "frame".</param>
internal sealed record Presence(WorldPoint? Cursor = null, IReadOnlyList<NodeId>? Selection = null, WorldRect? Viewport = null, string? Tool = null);
