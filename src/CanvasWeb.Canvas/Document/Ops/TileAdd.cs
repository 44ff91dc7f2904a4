using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Puts a picture on the board: an accepted candidate, an upload, a paste.</summary>
public sealed record TileAdd(NodeId Node, Transform Transform, OrderKey Order, TileContent Content, NodeStyle? Style = null) : BoardOp(Node);
