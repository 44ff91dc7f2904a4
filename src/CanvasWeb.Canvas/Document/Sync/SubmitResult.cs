using System.Collections.Immutable;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>The answer to a submission.</summary>
/// <param name="Head">The last op of the log when the answer was given: a client that is behind asks for the rest.</param>
public sealed record SubmitResult(long Head, ImmutableArray<OpOutcome> Outcomes);
