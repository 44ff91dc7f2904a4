namespace CanvasWeb.Web.Moderation.Reports;

/// <summary>What became of a report; stored as a number.</summary>
internal enum ReportState
{
    Open = 0,

    Dismissed = 1,

    /// <summary>The picture was hidden.</summary>
    Hidden = 2,

    /// <summary>The gallery was revoked.</summary>
    Revoked = 3,

    /// <summary>The person was suspended.</summary>
    Suspended = 4,
}
