namespace CanvasWeb.Web.Moderation;

/// <summary>What came of a report. People are thanked for the first two alike.</summary>
internal enum ReportOutcome
{
    Taken,

    /// <summary>The same person has reported the same thing before; nothing was added.</summary>
    TakenBefore,

    /// <summary>Too many reports from there for now.</summary>
    TooMany,
}
