namespace CanvasWeb.Web.Boards;

/// <summary>What came of a change to a board's row.</summary>
internal enum BoardChange
{
    Done,

    /// <summary>No such board, or it is not theirs to change.</summary>
    NotFound,

    /// <summary>They have as many boards as they may have.</summary>
    TooMany,

    /// <summary>A name has 1 to <see cref="Board.MaxNameLength"/> characters.</summary>
    BadName,
}
