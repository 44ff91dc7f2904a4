namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>An own op that the server did not take.</summary>
/// <param name="Reason">Null if the answer was lost on the way and only the log tells that it was not taken.</param>
public sealed record RefusedOp(ClientOp Op, Refusal? Reason);
