namespace CanvasWeb.Web.Pictures;

/// <summary>What a search found, the best first. The wire form of <c>GET /pictures/search</c>.</summary>
/// <param name="ByMeaning">The query was also compared with what the pictures show; false where no worker could read it.</param>
internal sealed record PictureHits(IReadOnlyList<PictureHit> Pictures, bool ByMeaning);
