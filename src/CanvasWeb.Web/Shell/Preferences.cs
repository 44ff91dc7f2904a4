using CanvasWeb.Web.Shell.Languages;
using Microsoft.AspNetCore.Localization;

namespace CanvasWeb.Web.Shell;

/// <summary>
/// Language and theme in this browser, as two cookies: a page must know both before anybody is looked up in the database. The account keeps
/// them too (AppUser) and writes them here when somebody signs in or changes them.
/// </summary>
internal static class Preferences
{
    private const string ThemeCookie = "canvasweb.theme";

    /// <summary>"light" or "dark"; null follows the system, and leaves the attribute out.</summary>
    public static string? Theme(HttpContext http) => http.Request.Cookies[ThemeCookie] is "light" or "dark" ? http.Request.Cookies[ThemeCookie] : null;

    /// <param name="language">One of <see cref="SiteLanguages"/>; anything else follows the browser.</param>
    /// <param name="theme">"light" or "dark"; anything else follows the system.</param>
    public static void Write(HttpContext http, string? language, string? theme)
    {
        var options = new CookieOptions { MaxAge = TimeSpan.FromDays(365), IsEssential = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, HttpOnly = true };
        if (language is not null && SiteLanguages.IsKnown(language))
            http.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)), options);
        else
            http.Response.Cookies.Delete(CookieRequestCultureProvider.DefaultCookieName);
        if (theme is "light" or "dark")
            http.Response.Cookies.Append(ThemeCookie, theme, options);
        else
            http.Response.Cookies.Delete(ThemeCookie);
    }
}
