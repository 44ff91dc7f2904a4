namespace CanvasWeb.Web.Galleries;

/// <summary>A gallery as its owner sees it.</summary>
/// <param name="Items">In their order.</param>
/// <param name="Token">Of the link in force; null where there is none, or it cannot be told any more (<see cref="GalleryLinks.Unseal"/>).</param>
internal sealed record GalleryDetails(Gallery Gallery, IReadOnlyList<GalleryItem> Items, string? Token)
{
    /// <summary>The picture that stands for it; null while there is none.</summary>
    public GalleryItem? Cover => Items.FirstOrDefault(item => item.Id == Gallery.CoverId) ?? (Items.Count == 0 ? null : Items[0]);
}
