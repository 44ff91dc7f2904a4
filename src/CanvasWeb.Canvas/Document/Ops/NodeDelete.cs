namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Deletes a node and hides what lies in it. Delete wins: later writes to it are refused until somebody restores it.</summary>
public sealed record NodeDelete(NodeId Node) : BoardOp(Node);
