using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Admin.Users;

/// <summary>What the forms on a person's page do. None is left half done by who closes the page: they do not follow the request's token.</summary>
internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        var user = admin.MapGroup(AdminRoutes.Users + "/{id}");
        user.MapPost("/suspend", static async (string id, [FromForm] string? reason, HttpContext http, UserAdmin users) =>
            Words(reason) is not { } words ? Back(id, "reason-missing") : Back(id, await users.SuspendAsync(http.User.UserId(), id, words, CancellationToken.None), "suspended"));
        user.MapPost("/unsuspend", static async (string id, HttpContext http, UserAdmin users) =>
            Back(id, await users.UnsuspendAsync(http.User.UserId(), id, CancellationToken.None), "unsuspended"));
        user.MapPost("/admin", static async (string id, [FromForm] bool? admin, HttpContext http, UserAdmin users) =>
            Back(id, await users.SetAdminAsync(http.User.UserId(), id, admin == true, CancellationToken.None), admin == true ? "admin-made" : "admin-unmade"));
        user.MapPost("/sessions/end", static async (string id, HttpContext http, UserAdmin users) =>
            Back(id, await users.EndSessionsAsync(http.User.UserId(), id, CancellationToken.None), "sessions-ended"));
        user.MapPost("/delete", static async (string id, [FromForm] string? reason, [FromForm] bool? understood, HttpContext http, UserAdmin users) =>
        {
            if (understood != true)
                return Back(id, "not-understood");
            if (Words(reason) is not { } words)
                return Back(id, "reason-missing");
            var outcome = await users.DeleteAsync(http.User.UserId(), id, words, CancellationToken.None);
            return outcome == UserChange.Done ? TypedResults.LocalRedirect(AdminRoutes.Users + "?notice=deleted") : Back(id, outcome, "deleted");
        });
    }

    private static string? Words(string? reason) => reason?.Trim() is { Length: > 0 and <= AppUser.SuspendedReasonLength } words ? words : null;

    private static RedirectHttpResult Back(string id, UserChange outcome, string done) => Back(id, outcome switch
    {
        UserChange.Done => done,
        UserChange.NoSuchUser => "nobody",
        UserChange.Oneself => "oneself",
        UserChange.LastAdmin => "last-admin",
        UserChange.NamedInSettings => "named-admin",
        UserChange.IsAdmin => "is-admin",
        UserChange.NotAllowed => "not-allowed",
    });

    private static RedirectHttpResult Back(string id, string notice) => TypedResults.LocalRedirect($"{AdminRoutes.User(Uri.EscapeDataString(id))}?notice={notice}");
}
