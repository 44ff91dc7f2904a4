namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>The answer to one submitted op.</summary>
/// <param name="Seq">Its place in the log, for <see cref="OutcomeKind.Accepted"/>.</param>
/// <param name="Refusal">The reason, for <see cref="OutcomeKind.Refused"/>.</param>
public sealed record OpOutcome(long ClientSeq, OutcomeKind Kind, long? Seq = null, Refusal? Refusal = null);
