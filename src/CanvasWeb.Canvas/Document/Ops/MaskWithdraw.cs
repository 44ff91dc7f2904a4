namespace CanvasWeb.Canvas.Document.Ops;

/// <summary>Takes one's own mask entry out (or back in), wherever it stands in the list: how undo works on a list that is only ever added to.</summary>
public sealed record MaskWithdraw(NodeId Node, Stamp Entry, bool Withdrawn) : BoardOp(Node);
