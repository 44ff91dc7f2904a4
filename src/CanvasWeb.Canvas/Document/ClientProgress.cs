namespace CanvasWeb.Canvas.Document;

/// <summary>How far the log has taken a client's ops, and whose client it is.</summary>
public readonly record struct ClientProgress(ActorId Actor, long LastClientSeq);
