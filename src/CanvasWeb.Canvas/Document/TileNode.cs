using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document;

/// <summary>A picture on the board. Its mask is told in the picture's own pixels, so it moves, turns and grows with the picture.</summary>
public sealed record TileNode(
    NodeId Id,
    ActorId CreatedBy,
    Register<bool> Alive,
    Register<Transform> Transform,
    Register<OrderKey> Order,
    Register<NodeStyle> Style,
    TileContent Content,
    ImmutableList<MaskEntry> Mask) : BoardNode(Id, CreatedBy, Alive, Transform, Order, Style)
{
    [JsonIgnore]
    public override NodeKind Kind => NodeKind.Tile;
}
