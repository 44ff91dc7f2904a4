using CanvasWeb.Web.Shell;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Boards;

/// <summary>Times as people say them.</summary>
internal static class Since
{
    private const int DaysInWords = 7;

    /// <summary>"Edited 5 minutes ago"; a date after a week.</summary>
    public static string Edited(DateTimeOffset at, DateTimeOffset now, IStringLocalizer words)
    {
        var ago = now - at;
        return ago switch
        {
            { TotalMinutes: < 1 } => words["EditedNow"],
            { TotalMinutes: < 2 } => words["EditedMinute"],
            { TotalHours: < 1 } => words["EditedMinutes", (int)ago.TotalMinutes],
            { TotalHours: < 2 } => words["EditedHour"],
            { TotalDays: < 1 } => words["EditedHours", (int)ago.TotalHours],
            { TotalDays: < 2 } => words["EditedDay"],
            { TotalDays: < DaysInWords } => words["EditedDays", (int)ago.TotalDays],
            _ => words["EditedOn", SiteDates.Day(at)],
        };
    }

    /// <summary>"12 days left" of somebody's time in the bin.</summary>
    public static string Left(DateTimeOffset deletedAt, int binDays, DateTimeOffset now, IStringLocalizer words) =>
        (int)Math.Ceiling((deletedAt + TimeSpan.FromDays(binDays) - now).TotalDays) switch
        {
            <= 0 => words["LastDay"],
            1 => words["DayLeft"],
            var days => words["DaysLeft", days],
        };
}
