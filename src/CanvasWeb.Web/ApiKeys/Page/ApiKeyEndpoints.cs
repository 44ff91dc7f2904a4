using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.ApiKeys.Page;

/// <summary>What the forms on the page of keys do, but for making one: only the answer to that form may show the key.</summary>
internal static class ApiKeyEndpoints
{
    public const string Page = "/account/keys";
    public const string Revoke = Page + "/revoke";

    public static async Task<RedirectHttpResult> RevokeAsync(HttpContext http, [FromForm] string? key, ApiKeyStore keys)
    {
        var revoked = await keys.RevokeAsync(http.User.UserId(), key ?? "", http.RequestAborted);
        return TypedResults.LocalRedirect(Page + (revoked ? "?notice=revoked" : ""));
    }
}
