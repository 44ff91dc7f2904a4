namespace CanvasWeb.Web.Tiles.Collecting;

/// <summary>A blob that nothing named when the collector last looked. The row goes when something names it again, and with the blob.</summary>
internal sealed class BlobOrphan
{
    public required string Sha256 { get; init; }

    /// <summary>When the collector first found that nothing names it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>From then on it is served to nobody, so that nothing new can come to name it; null while it is in its time of grace.</summary>
    public DateTimeOffset? DoomedAt { get; init; }
}
