using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards;

/// <summary>A board as the database has it.</summary>
/// <param name="SnapshotSeq">The op of the newest snapshot; 0 for none.</param>
/// <param name="Ops">What follows that snapshot.</param>
/// <param name="LogBytes">Bytes of the whole log: <see cref="Board.LogBytes"/>.</param>
internal sealed record StoredBoard(BoardState State, long SnapshotSeq, IReadOnlyList<SequencedOp> Ops, long LogBytes);
