using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>A link that lets people in, as the owner sees it.</summary>
/// <param name="Token">Null where the site's keys are other ones than those that sealed it.</param>
internal sealed record OpenInvite(string Id, BoardRole Role, DateTimeOffset ExpiresAt, string? Token);
