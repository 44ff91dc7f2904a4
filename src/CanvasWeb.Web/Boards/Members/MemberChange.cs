namespace CanvasWeb.Web.Boards.Members;

/// <summary>What became of a wish to change who is on a board.</summary>
internal enum MemberChange
{
    Done,

    /// <summary>No such board of the caller's, link or member: they are all answered alike.</summary>
    NotFound,

    /// <summary>There is one owner, and nobody is made another.</summary>
    BadRole,

    /// <summary>See <see cref="MembersOptions.OpenInvitesPerBoard"/>.</summary>
    TooManyInvites,

    /// <summary>See <see cref="MembersOptions.PerBoard"/>.</summary>
    TooManyMembers,
}
