namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Takes a delete back. A node whose group is gone meanwhile is lifted to the board, where it was seen.</summary>
public sealed record NodeRestore(NodeId Node) : BoardOp(Node);
