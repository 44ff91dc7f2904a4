namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Empties the mask.</summary>
public sealed record MaskClear(NodeId Node) : BoardOp(Node);
