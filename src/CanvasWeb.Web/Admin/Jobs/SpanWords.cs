using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>How long something took, as roughly as one wants to know it.</summary>
internal static class SpanWords
{
    public static string Of(IStringLocalizer<AdminText> text, TimeSpan span) => span switch
    {
        { TotalSeconds: < 100 } => text["Seconds", span.TotalSeconds],
        { TotalMinutes: < 100 } => text["Minutes", span.TotalMinutes],
        _ => text["Hours", span.TotalHours],
    };
}
