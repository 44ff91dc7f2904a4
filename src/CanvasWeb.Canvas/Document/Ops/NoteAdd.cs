using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Puts a note on the board.</summary>
public sealed record NoteAdd(NodeId Node, Transform Transform, OrderKey Order, string Text, NodeStyle? Style = null) : BoardOp(Node);
