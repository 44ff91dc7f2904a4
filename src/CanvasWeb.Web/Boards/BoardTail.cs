using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards;

/// <summary>What follows an op of a board.</summary>
/// <param name="State">The board now.</param>
/// <param name="Ops">Everything after that op, in order; null if it lies too far back, or never was: then the whole state is needed.</param>
internal sealed record BoardTail(BoardState State, IReadOnlyList<SequencedOp>? Ops);
