namespace CanvasWeb.Web.Galleries.Public;

/// <summary>What the page of one picture shows; see <see cref="GalleryWall"/>.</summary>
/// <param name="Process">Null where nothing is told.</param>
internal sealed record GalleryPicture(Gallery Gallery, string Token, string Origin, GalleryItem Item, GalleryPlace Place, GalleryProcess? Process);
