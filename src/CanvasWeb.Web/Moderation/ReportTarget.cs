namespace CanvasWeb.Web.Moderation;

/// <summary>What a report is about.</summary>
/// <param name="Id">The job of a result, else the gallery.</param>
/// <param name="Part">The image of a result, from 0; the item of a gallery, by its id. Null for a gallery as a whole.</param>
/// <param name="OwnerId">Whose it is: whom an admin may suspend for it.</param>
/// <param name="Sha256">The tile that is shown, where it is one picture.</param>
internal sealed record ReportTarget(ReportKind Kind, string Id, string? Part, string OwnerId, string? Sha256)
{
    public static ReportTarget Result(string jobId, int image, string ownerId, string sha256) =>
        new(ReportKind.Result, jobId, image.ToString(System.Globalization.CultureInfo.InvariantCulture), ownerId, sha256);

    public static ReportTarget Gallery(string galleryId, string ownerId) => new(ReportKind.Gallery, galleryId, null, ownerId, null);

    public static ReportTarget GalleryItem(string galleryId, string itemId, string ownerId, string sha256) => new(ReportKind.GalleryItem, galleryId, itemId, ownerId, sha256);
}
