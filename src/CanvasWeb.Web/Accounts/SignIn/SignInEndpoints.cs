using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Accounts.SignIn;

internal static class SignInEndpoints
{
    public static async Task<RedirectHttpResult> SignOutAsync(HttpContext http, SignIns signIns)
    {
        await signIns.SignOutAsync(http, http.RequestAborted);
        return TypedResults.LocalRedirect("/");
    }

    /// <summary>"Try it": an account for whoever runs the site on their own machine.</summary>
    public static async Task<Results<RedirectHttpResult, NotFound>> TryAsync(
        HttpContext http, [FromQuery] string? returnUrl, Doors doors, NewAccounts accounts, SignIns signIns, WriteTransactions writes, IStringLocalizer<AccountsText> text)
    {
        // With a provider configured this is somebody's site and no longer a first look.
        if (!doors.TryIt)
            return TypedResults.NotFound();
        var user = accounts.Create("");
        // With a part of the id: others on a board and whoever runs the site have to tell one guest from another.
        user.DisplayName = text["DemoName", user.Id[..4]];
        user.IsDemo = true;
        await writes.RunAsync((db, token) => accounts.AddAsync(db, user, http.Connection.RemoteIpAddress, token), http.RequestAborted);
        var refusal = await signIns.SignInAsync(http, user, "try it", confirmed: true, http.RequestAborted);
        return TypedResults.LocalRedirect(refusal is null ? ReturnUrls.Local(returnUrl) : $"{AccountRoutes.SignIn}?problem={refusal.Problem}");
    }
}
