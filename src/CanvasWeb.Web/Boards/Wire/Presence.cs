using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>Where somebody is and what they hold. Never stored.</summary>
/// <param name="Cursor">World units; null while it is elsewhere.</param>
/// <param name="Viewport">What they see, world units.</param>
/// <param name="Tool">A token like "frame".</param>
internal sealed record Presence(WorldPoint? Cursor = null, IReadOnlyList<NodeId>? Selection = null, WorldRect? Viewport = null, string? Tool = null)
{
    private const int MaxSelection = 256;
    private const int MaxTool = 16;

    /// <summary>Everybody on the board gets this: what no page of ours sends goes no further.</summary>
    [JsonIgnore]
    public bool IsValid =>
        Selection is not { Count: > MaxSelection }
        && Tool is not { Length: > MaxTool }
        && (Cursor is not { } cursor || double.IsFinite(cursor.X + cursor.Y))
        && (Viewport is not { } view || double.IsFinite(view.X + view.Y + view.Width + view.Height));
}
