using System.Globalization;
using CanvasWeb.Web.Shell;

namespace CanvasWeb.Web.Tests.Shell;

/// <summary>How the site writes times.</summary>
public sealed class SiteDatesTests
{
    private static readonly DateTimeOffset s_now = Local(2026, 11, 22, 12, 0);

    [Theory]
    [InlineData("en-GB", 2026, "22 Nov, 09:41")]
    [InlineData("en-GB", 2025, "22 Nov 2025, 09:41")]
    [InlineData("de-DE", 2026, "22. Nov., 09:41")]
    public void A_time_is_short_and_follows_the_culture_and_never_breaks_over_two_lines(string culture, int year, string expected)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            var words = SiteDates.Short(Local(year, 11, 22, 9, 41), s_now);

            Assert.DoesNotContain(' ', words);
            Assert.Equal(expected.TrimEnd('.'), words.Replace('\u00a0', ' '));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static DateTimeOffset Local(int year, int month, int day, int hour, int minute) => new(new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Local));
}
