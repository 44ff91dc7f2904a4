using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Drops a frame.</summary>
public sealed record FrameAdd(NodeId Node, Transform Transform, OrderKey Order, NodeStyle? Style = null, FrameSettings? Settings = null) : BoardOp(Node);
