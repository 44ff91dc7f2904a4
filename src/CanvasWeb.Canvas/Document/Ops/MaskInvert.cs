namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Swaps painted and unpainted.</summary>
public sealed record MaskInvert(NodeId Node) : BoardOp(Node);
