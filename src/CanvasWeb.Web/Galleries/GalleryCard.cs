namespace CanvasWeb.Web.Galleries;

/// <summary>A gallery in the list of its owner.</summary>
/// <param name="Count">Pictures; 0 for a live gallery, which has its board's.</param>
/// <param name="Cover">Null while there is no picture.</param>
/// <param name="IsShared">There is a link, and its time has not passed.</param>
/// <param name="Token">Of the link in force; null where there is none, or it cannot be told any more.</param>
internal sealed record GalleryCard(Gallery Gallery, int Count, GalleryItem? Cover, bool IsShared, string? Token);
