namespace CanvasWeb.Web.Pictures;

/// <summary>Why nothing was looked for.</summary>
internal enum SearchRefusal
{
    /// <summary>There is no such board for this person.</summary>
    BoardMissing,

    /// <summary>More searches than a person needs: later.</summary>
    TooOften,

    /// <summary>A newer search of the same person took this one's place, or too many people search.</summary>
    Overtaken,
}
