using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Adds one stroke to the mask of a frame (world coordinates) or tile (its pixels).</summary>
public sealed record MaskPaint(NodeId Node, MaskStroke Stroke) : BoardOp(Node);
