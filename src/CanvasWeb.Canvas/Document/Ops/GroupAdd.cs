using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Makes an empty group; its members follow by <see cref="NodeSet"/> with the group as parent.</summary>
public sealed record GroupAdd(NodeId Node, Transform Transform, OrderKey Order, NodeStyle? Style = null) : BoardOp(Node);
