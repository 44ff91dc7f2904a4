namespace CanvasWeb.Web.Galleries.Public;

/// <summary>Where a picture hangs in its gallery.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Before">The item before it; null for the first.</param>
/// <param name="After">The item after it; null for the last.</param>
internal sealed record GalleryPlace(int Number, int Total, string? Before, string? After);
