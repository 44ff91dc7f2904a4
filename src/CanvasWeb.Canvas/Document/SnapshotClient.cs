namespace CanvasWeb.Canvas.Document;

/// <summary>How far a client's ops are in a snapshot.</summary>
public readonly record struct SnapshotClient(ClientId Client, ActorId Actor, long LastClientSeq);
