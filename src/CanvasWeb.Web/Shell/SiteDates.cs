using System.Globalization;

namespace CanvasWeb.Web.Shell;

/// <summary>How the site writes a time: one way everywhere, by the culture of the request, short enough for a line of small print.</summary>
internal static class SiteDates
{
    private const char NoBreak = '\u00a0';

    /// <summary>"22 Nov, 9:41"; with the year where it is another one than now.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now)
    {
        var culture = CultureInfo.CurrentCulture;
        var local = at.ToLocalTime();
        return $"{MonthAndDay(local, now.ToLocalTime(), culture)}, {local.ToString("t", culture)}".Replace(' ', NoBreak);
    }

    /// <summary>"22 Nov", or "22 Nov 2025" in another year.</summary>
    public static string Day(DateTimeOffset at, DateTimeOffset now) => MonthAndDay(at.ToLocalTime(), now.ToLocalTime(), CultureInfo.CurrentCulture).Replace(' ', NoBreak);

    private static string MonthAndDay(DateTimeOffset at, DateTimeOffset now, CultureInfo culture)
    {
        // The culture's own order of day and month, with the month's short name.
        var pattern = culture.DateTimeFormat.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);
        return at.ToString(at.Year == now.Year ? pattern : pattern + " yyyy", culture);
    }
}
