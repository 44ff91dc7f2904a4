namespace CanvasWeb.Web.Galleries;

/// <summary>What guests of a gallery may take along. Stored by number: new ones go to the end.</summary>
internal enum GalleryDownloads
{
    None,

    /// <summary>The picture's pixels and nothing else.</summary>
    Plain,

    /// <summary>The picture with the parameters that made it; with the prompt only where the gallery shows prompts.</summary>
    WithParameters,
}
