namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// What a page of a gallery shows. Pages find it among the request's features: components are public classes, whose parameters cannot have types of the
/// site's own.
/// </summary>
/// <param name="Origin">The site's address as guests have it.</param>
/// <param name="First">Pictures on the pages before this one.</param>
/// <param name="Page">From 1.</param>
internal sealed record GalleryWall(Gallery Gallery, string Token, string Origin, IReadOnlyList<GalleryItem> Items, int First, int Total, int Page, int Pages);
