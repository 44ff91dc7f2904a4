namespace CanvasWeb.Web.Galleries;

/// <summary>What became of a change that the owner asked for.</summary>
internal enum GalleryChange
{
    Done,

    /// <summary>No such gallery, or it is somebody else's; no such picture or board, or one that this person may not share.</summary>
    NotFound,

    /// <summary>Empty, or longer than <see cref="Gallery.MaxTitleLength"/>.</summary>
    BadTitle,

    /// <summary>A story or caption that is too long.</summary>
    BadText,

    /// <summary>An end that lies in the past.</summary>
    BadExpiry,

    /// <summary>Shorter than <see cref="GalleryService.MinPasswordLength"/>, or absurdly long.</summary>
    BadPassword,

    /// <summary>More galleries, or more pictures in one, than <see cref="GalleriesOptions"/> lets anybody have.</summary>
    TooMany,
}
