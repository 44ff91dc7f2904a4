using System.Collections.Immutable;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>What a submission would do: first stored, then committed. Nothing has happened yet.</summary>
/// <param name="Before">The state that the plan was made on.</param>
/// <param name="After">The state once it is committed.</param>
/// <param name="Accepted">The rows to insert, in order.</param>
/// <param name="Result">The answer for the client once they are stored.</param>
public sealed record WritePlan(BoardState Before, BoardState After, ImmutableArray<SequencedOp> Accepted, SubmitResult Result);
