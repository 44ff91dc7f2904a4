namespace CanvasWeb.Web.Boards.Members;

/// <summary>Names the words of invitations and of who is on a board: MembersText.resx.</summary>
internal sealed class MembersText;
