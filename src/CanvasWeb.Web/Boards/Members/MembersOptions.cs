using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>How boards are shared with people.</summary>
internal sealed record MembersOptions
{
    public const string Section = "BoardMembers";

    /// <summary>How long an invite link lets people in.</summary>
    [Range(1, 365)]
    public int InviteDays { get; init; } = 14;

    /// <summary>Invite links that are open at a time, for each board.</summary>
    [Range(1, 1_000)]
    public int OpenInvitesPerBoard { get; init; } = 10;

    /// <summary>People on a board besides its owner.</summary>
    [Range(1, 10_000)]
    public int PerBoard { get; init; } = 100;

    /// <summary>Invite links that may be opened or accepted from one network.</summary>
    [Range(1, 100_000)]
    public int OpeningsPerFiveMinutes { get; init; } = 60;
}
