namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Paints the whole mask.</summary>
public sealed record MaskFill(NodeId Node) : BoardOp(Node);
