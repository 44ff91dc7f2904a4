namespace CanvasWeb.Web.Galleries;

/// <summary>What a link opens.</summary>
internal abstract record GalleryOpening
{
    private GalleryOpening()
    {
    }

    public sealed record Opened(Gallery Gallery) : GalleryOpening;

    /// <summary>The link is good; the password was not told yet, or is another one by now.</summary>
    public sealed record NeedsPassword(Gallery Gallery) : GalleryOpening;

    /// <summary>Unknown, expired, revoked, its board in the bin, its owner suspended: one answer for all, so that nobody learns which.</summary>
    public sealed record Gone : GalleryOpening
    {
        public static readonly Gone Instance = new();
    }
}
