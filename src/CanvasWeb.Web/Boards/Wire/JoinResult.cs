using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>A board as it is now. Either <see cref="Ops"/>, those after what the tab has, or a whole <see cref="Snapshot"/>.</summary>
/// <param name="Seq">The last op of the log. Ops after it may have been sent before this answer arrives.</param>
/// <param name="People">Everybody on the board, the caller included.</param>
internal sealed record JoinResult(
    BoardRole Role,
    ActorId Actor,
    string Name,
    long Seq,
    IReadOnlyList<BoardPerson> People,
    HubLimits Limits,
    BoardSnapshot? Snapshot = null,
    IReadOnlyList<SequencedOp>? Ops = null);
