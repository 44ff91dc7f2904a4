using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// A window in which the model paints. Its mask is told in world coordinates: a frame that is moved looks at another part of the board,
/// while what was painted stays over the picture it was painted on.
/// </summary>
public sealed record FrameNode(
    NodeId Id,
    ActorId CreatedBy,
    Register<bool> Alive,
    Register<Transform> Transform,
    Register<OrderKey> Order,
    Register<NodeStyle> Style,
    Register<FrameSettings> Settings,
    ImmutableList<MaskEntry> Mask) : BoardNode(Id, CreatedBy, Alive, Transform, Order, Style)
{
    [JsonIgnore]
    public override NodeKind Kind => NodeKind.Frame;
}
