using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document;

/// <summary>The one kind of node that others can lie in. Their coordinates start at its top left corner and turn with it; its size scales nothing.</summary>
public sealed record GroupNode(
    NodeId Id,
    ActorId CreatedBy,
    Register<bool> Alive,
    Register<Transform> Transform,
    Register<OrderKey> Order,
    Register<NodeStyle> Style) : BoardNode(Id, CreatedBy, Alive, Transform, Order, Style)
{
    [JsonIgnore]
    public override NodeKind Kind => NodeKind.Group;
}
