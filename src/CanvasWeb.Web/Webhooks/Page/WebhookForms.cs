using CanvasWeb.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Webhooks.Page;

/// <summary>What the forms on the pages of webhooks do, but for making one: only the answer to that form may show the secret.</summary>
internal static class WebhookForms
{
    public const string Page = "/account/webhooks";

    // Below the page.
    public const string Test = "/test";
    public const string Resend = "/resend";
    public const string Enable = "/enable";
    public const string Disable = "/disable";
    public const string Delete = "/delete";

    public static string Log(string endpointId) => Page + "/" + Uri.EscapeDataString(endpointId);

    public static async Task<RedirectHttpResult> TestAsync(HttpContext http, [FromForm] string endpoint, [FromForm] string request, WebhookBook book) =>
        Back(endpoint, await book.TestAsync(http.User.UserId(), endpoint, request, http.RequestAborted) ? "test" : "test-refused");

    public static async Task<RedirectHttpResult> ResendAsync(HttpContext http, [FromForm] string endpoint, [FromForm] string delivery, WebhookBook book) =>
        Back(endpoint, await book.SendAgainAsync(http.User.UserId(), endpoint, delivery, http.RequestAborted) ? "again" : "again-refused");

    public static async Task<RedirectHttpResult> EnableAsync(HttpContext http, [FromForm] string endpoint, WebhookBook book)
    {
        await book.EnableAsync(http.User.UserId(), endpoint, http.RequestAborted);
        return Back(endpoint, "enabled");
    }

    public static async Task<RedirectHttpResult> DisableAsync(HttpContext http, [FromForm] string endpoint, WebhookBook book)
    {
        await book.DisableAsync(http.User.UserId(), endpoint, http.RequestAborted);
        return Back(endpoint, "disabled");
    }

    public static async Task<RedirectHttpResult> DeleteAsync(HttpContext http, [FromForm] string endpoint, WebhookBook book)
    {
        await book.DeleteAsync(http.User.UserId(), endpoint, http.RequestAborted);
        return TypedResults.LocalRedirect(Page + "?notice=deleted");
    }

    private static RedirectHttpResult Back(string endpointId, string notice) => TypedResults.LocalRedirect(Log(endpointId) + "?notice=" + notice);
}
