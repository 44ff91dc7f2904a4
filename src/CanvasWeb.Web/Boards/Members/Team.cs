namespace CanvasWeb.Web.Boards.Members;

/// <summary>Everybody on a board.</summary>
/// <param name="Members">Without the owner, in the order in which they came.</param>
/// <param name="Invites">The open links, the newest first; empty for everybody but the owner.</param>
internal sealed record Team(TeamMember Owner, IReadOnlyList<TeamMember> Members, IReadOnlyList<OpenInvite> Invites);
