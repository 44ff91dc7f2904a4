using System.Globalization;
using CanvasWeb.Web.Shell;

namespace CanvasWeb.Web.Tests.Shell;

/// <summary>How the site writes times.</summary>
public sealed class SiteDatesTests
{
    [Theory]
    [InlineData("en-GB", "22 Nov 2026, 14:05 UTC", "22 Nov 2026")]
    [InlineData("en-US", "22 Nov 2026, 14:05 UTC", "22 Nov 2026")]
    [InlineData("it", "22 nov 2026, 14:05 UTC", "22 nov 2026")]
    [InlineData("zh", "2026年11月22日, 14:05 UTC", "2026年11月22日")]
    public void A_time_is_one_that_nobody_can_mistake_and_never_breaks_over_two_lines(string culture, string expected, string day)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            var at = new DateTimeOffset(2026, 11, 22, 16, 5, 0, TimeSpan.FromHours(2));
            Assert.DoesNotContain(' ', SiteDates.Short(at));
            Assert.Equal((expected, day), (SiteDates.Short(at).Replace('\u00a0', ' '), SiteDates.Day(at).Replace('\u00a0', ' ')));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
