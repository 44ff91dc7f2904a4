namespace CanvasWeb.Web.Provenance;

/// <summary>What became of a picture.</summary>
internal enum GraphEdgeKind
{
    /// <summary>A part of it was made anew.</summary>
    Edited,

    /// <summary>It was carried on.</summary>
    Extended,

    /// <summary>Another one like it was made.</summary>
    Varied,

    /// <summary>It is one of two that a picture lies between.</summary>
    Blended,

    /// <summary>It was changed as its caption was.</summary>
    Reworded,

    /// <summary>It was given more pixels.</summary>
    Enlarged,
}
