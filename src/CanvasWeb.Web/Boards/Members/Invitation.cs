using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>What a link tells whoever opens it.</summary>
/// <param name="Role">What it lets people do.</param>
/// <param name="Owner">Who invites.</param>
internal sealed record Invitation(string BoardId, string BoardName, BoardRole Role, TeamMember Owner);
