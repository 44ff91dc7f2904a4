using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// One thing on the board. Each property group is a register of its own: two people who change different groups of one node both keep
/// their change. A deleted node stays as a tombstone, so that it can be restored and its id cannot be used again.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FrameNode), "frame")]
[JsonDerivedType(typeof(TileNode), "tile")]
[JsonDerivedType(typeof(NoteNode), "note")]
[JsonDerivedType(typeof(GroupNode), "group")]
public abstract record BoardNode(
    NodeId Id,
    ActorId CreatedBy,
    Register<bool> Alive,
    Register<Transform> Transform,
    Register<OrderKey> Order,
    Register<NodeStyle> Style)
{
    [JsonIgnore]
    public abstract NodeKind Kind { get; }

    [JsonIgnore]
    public NodeId? Parent => Transform.Value.Parent;
}
