using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document;

/// <summary>A text on the board.</summary>
public sealed record NoteNode(
    NodeId Id,
    ActorId CreatedBy,
    Register<bool> Alive,
    Register<Transform> Transform,
    Register<OrderKey> Order,
    Register<NodeStyle> Style,
    Register<string> Text) : BoardNode(Id, CreatedBy, Alive, Transform, Order, Style)
{
    [JsonIgnore]
    public override NodeKind Kind => NodeKind.Note;
}
