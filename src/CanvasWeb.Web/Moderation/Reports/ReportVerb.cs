namespace CanvasWeb.Web.Moderation.Reports;

/// <summary>What an admin does about a reported thing.</summary>
internal enum ReportVerb
{
    Dismiss,

    /// <summary>The picture is shown nowhere any more.</summary>
    Hide,

    /// <summary>The gallery's link opens nothing any more.</summary>
    Revoke,

    /// <summary>Its person can do nothing any more.</summary>
    Suspend,
}
