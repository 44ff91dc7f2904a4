using System.Security.Claims;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Shell.Languages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Accounts.Page;

/// <summary>Saves theme and language: in this browser (<see cref="Preferences"/>), and in the account for the next one.</summary>
internal static class Appearance
{
    /// <param name="theme">"light", "dark", or empty to follow the system; left out, it stays.</param>
    /// <param name="language">A culture name, or empty to follow the browser; left out, it stays.</param>
    public static async Task<RedirectHttpResult> SaveAsync(
        HttpContext http, [FromForm] string? theme, [FromForm] string? language, [FromForm] string? returnUrl, WriteTransactions writes, UserEvents events)
    {
        var newTheme = theme is "light" or "dark" or "" ? theme : Preferences.Theme(http) ?? "";
        var newLanguage = language is not null && (language.Length == 0 || SiteLanguages.IsKnown(language)) ? language : ChosenLanguage(http);
        Preferences.Write(http, newLanguage, newTheme);
        if (http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId)
        {
            await writes.RunAsync(
                async (db, token) =>
                {
                    var user = await db.Users.FirstAsync(known => known.Id == userId, token);
                    (user.Theme, user.Language) = (newTheme, newLanguage);
                },
                http.RequestAborted);
            events.Publish(userId, UserEvent.ProfileChanged);
        }

        return TypedResults.LocalRedirect(ReturnUrls.Local(returnUrl));
    }

    private static string ChosenLanguage(HttpContext http) =>
        http.Features.Get<IRequestCultureFeature>() is { Provider: CookieRequestCultureProvider } chosen ? chosen.RequestCulture.UICulture.Name : "";
}
