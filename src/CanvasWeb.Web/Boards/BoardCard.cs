using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards;

/// <summary>A board on the page of all boards.</summary>
/// <param name="Owner">The owner's name; null for the reader's own.</param>
/// <param name="DeletedAt">Set for boards in the bin.</param>
internal sealed record BoardCard(
    string Id,
    string Name,
    BoardRole Role,
    string? Owner,
    DateTimeOffset CreatedAt,
    DateTimeOffset EditedAt,
    DateTimeOffset? DeletedAt,
    string? ThumbnailSha)
{
    /// <summary>Changes with the picture, so that it may be kept for ever.</summary>
    public string? ThumbnailUrl => ThumbnailSha is null ? null : ThumbnailEndpoint.UrlOf(Id, ThumbnailSha);
}
