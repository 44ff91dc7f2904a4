namespace CanvasWeb.Web.Galleries;

/// <summary>How a gallery hangs its pictures. Stored by number: new ones go to the end.</summary>
internal enum GalleryLayout
{
    /// <summary>Rows of equal squares; each picture is cut to its middle.</summary>
    Grid,

    /// <summary>Columns; each picture keeps its proportions.</summary>
    Masonry,

    /// <summary>One large picture at a time.</summary>
    Slideshow,

    /// <summary>Each picture where it lies on its board.</summary>
    Board,
}
