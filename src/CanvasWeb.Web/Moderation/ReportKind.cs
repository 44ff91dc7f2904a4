namespace CanvasWeb.Web.Moderation;

/// <summary>What is reported.</summary>
internal enum ReportKind
{
    /// <summary>A picture of a job.</summary>
    Result = 0,

    Gallery = 1,

    /// <summary>One picture of a gallery.</summary>
    GalleryItem = 2,
}
