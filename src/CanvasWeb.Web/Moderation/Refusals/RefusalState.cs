namespace CanvasWeb.Web.Moderation.Refusals;

/// <summary>How far a refusal has come; stored as a number.</summary>
internal enum RefusalState
{
    Refused = 0,

    /// <summary>The person asked to look again.</summary>
    Appealed = 1,

    /// <summary>An admin looked and it stays refused.</summary>
    Upheld = 2,

    /// <summary>An admin allowed it: this prompt for this person, or this picture.</summary>
    Allowed = 3,
}
