namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>What became of a submitted op.</summary>
public enum OutcomeKind
{
    /// <summary>It has a place in the log.</summary>
    Accepted,

    /// <summary>It, or a later op of the same client, is in the log already: nothing to do.</summary>
    Duplicate,

    Refused,
}
