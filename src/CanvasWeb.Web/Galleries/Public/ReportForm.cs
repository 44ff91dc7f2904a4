namespace CanvasWeb.Web.Galleries.Public;

/// <summary>What the report's page shows; see <see cref="GalleryWall"/>.</summary>
/// <param name="Item">Null: the gallery as a whole.</param>
/// <param name="Text">What was typed before.</param>
/// <param name="Problem">Which sentence says what was wrong.</param>
internal sealed record ReportForm(string Token, GalleryItem? Item, string? Text = null, string? Problem = null, bool IsDone = false);
