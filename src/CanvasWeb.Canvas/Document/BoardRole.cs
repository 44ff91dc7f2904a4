namespace CanvasWeb.Canvas.Document;

/// <summary>What somebody may do on a board. Each role may do what the ones before it may.</summary>
public enum BoardRole
{
    /// <summary>Looks.</summary>
    Viewer,

    /// <summary>Also writes, moves and deletes notes of their own.</summary>
    Commenter,

    /// <summary>Also draws, generates, deletes.</summary>
    Editor,

    /// <summary>Also shares, renames and deletes the board: not the concern of the document.</summary>
    Owner,
}
