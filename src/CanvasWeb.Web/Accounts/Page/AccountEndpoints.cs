using System.Security.Claims;
using CanvasWeb.Web.Accounts.Providers;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Accounts.Page;

/// <summary>What the forms on the account page do. Each goes back to the page, which says what came of it.</summary>
internal static class AccountEndpoints
{
    public static async Task<RedirectHttpResult> SaveProfileAsync(
        HttpContext http, [FromForm] string? displayName, [FromForm] int? colour, WriteTransactions writes, SessionStore sessions, UserEvents events)
    {
        var name = PersonName.Clean(displayName);
        if (name.Length == 0 || colour is < 0 or >= AppUser.Colours)
            return Back("name-missing");
        var userId = http.User.UserId();
        await writes.RunAsync(
            async (db, token) =>
            {
                var user = await db.Users.FirstAsync(known => known.Id == userId, token);
                user.DisplayName = name;
                user.Colour = colour ?? user.Colour;
            },
            http.RequestAborted);
        sessions.Forget(userId);
        events.Publish(userId, UserEvent.ProfileChanged);
        return Back("saved");
    }

    public static async Task<RedirectHttpResult> EndSessionAsync(HttpContext http, [FromForm] string? session, SessionStore sessions)
    {
        await sessions.EndAsync(http.User.UserId(), session ?? "", http.RequestAborted);
        return Back("session-ended-there");
    }

    public static async Task<RedirectHttpResult> EndOtherSessionsAsync(HttpContext http, SessionStore sessions)
    {
        await sessions.EndOthersAsync(http.User.UserId(), Session(http), http.RequestAborted);
        return Back("sessions-ended");
    }

    public static async Task<RedirectHttpResult> UnlinkAsync(HttpContext http, [FromForm] string? provider, SessionStore sessions, ProviderAccounts accounts, UserEvents events)
    {
        if (!await sessions.IsConfirmedAsync(Session(http), http.RequestAborted))
            return TypedResults.LocalRedirect(AccountRoutes.ConfirmThen(AccountRoutes.Account));
        var userId = http.User.UserId();
        var removed = await accounts.UnlinkAsync(userId, provider ?? "", http.RequestAborted);
        if (!removed)
            return Back("last-way-in");
        // Whoever came in that way elsewhere may be why it is removed.
        await sessions.EndOthersAsync(userId, Session(http), http.RequestAborted);
        sessions.Forget(userId);
        events.Publish(userId, UserEvent.ProfileChanged);
        return Back("unlinked");
    }

    public static async Task<RedirectHttpResult> RemovePasswordAsync(HttpContext http, SessionStore sessions, LocalAccounts accounts)
    {
        if (!await sessions.IsConfirmedAsync(Session(http), http.RequestAborted))
            return TypedResults.LocalRedirect(AccountRoutes.ConfirmThen(AccountRoutes.Account));
        var userId = http.User.UserId();
        if (!await accounts.RemovePasswordAsync(userId, http.RequestAborted))
            return Back("last-way-in");
        await sessions.EndOthersAsync(userId, Session(http), http.RequestAborted);
        return Back("password-removed");
    }

    public static async Task<RedirectHttpResult> DeleteAsync(HttpContext http, [FromForm] bool? understood, SessionStore sessions, SignIns signIns, AccountDeletion deletion)
    {
        if (!await sessions.IsConfirmedAsync(Session(http), http.RequestAborted))
            return TypedResults.LocalRedirect(AccountRoutes.ConfirmThen(AccountRoutes.DeletePage));
        if (understood != true)
            return TypedResults.LocalRedirect(AccountRoutes.DeletePage);
        // Closing the page must not leave it half done.
        await deletion.DeleteAsync(http.User.UserId(), CancellationToken.None);
        await signIns.SignOutAsync(http, http.RequestAborted);
        return TypedResults.LocalRedirect(AccountRoutes.SignIn + "?notice=deleted");
    }

    private static RedirectHttpResult Back(string notice) => TypedResults.LocalRedirect(AccountRoutes.Account + "?notice=" + notice);

    private static string Session(HttpContext http) =>
        http.User.FindFirstValue(AccountClaims.Session) ?? throw new InvalidOperationException("A signed-in person has a session.");
}
