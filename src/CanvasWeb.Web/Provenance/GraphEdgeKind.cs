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
}
