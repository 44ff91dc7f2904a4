using System.Globalization;

namespace CanvasWeb.Web.Shell;

/// <summary>
/// How the site writes a time: one form everywhere, which nobody can take for another day, with the names of the request's language. In UTC, and says so; where
/// it stands in a <c>time</c> element, a script writes it in the reader's zone.
/// </summary>
internal static class SiteDates
{
    private const char NoBreak = '\u00a0';

    /// <summary>"22 Nov 2026, 14:05 UTC".</summary>
    public static string Short(DateTimeOffset at) => $"{Date(at)}, {at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC".Replace(' ', NoBreak);

    /// <summary>"22 Nov 2026".</summary>
    public static string Day(DateTimeOffset at) => Date(at).Replace(' ', NoBreak);

    private static string Date(DateTimeOffset at)
    {
        var culture = CultureInfo.CurrentCulture;
        // Chinese, Japanese and Korean write the year first and have no names of months to shorten.
        var pattern = culture.TwoLetterISOLanguageName switch
        {
            "zh" or "ja" => "yyyy年M月d日",
            "ko" => "yyyy년 M월 d일",
            _ => "d MMM yyyy",
        };
        return at.UtcDateTime.ToString(pattern, culture);
    }
}
