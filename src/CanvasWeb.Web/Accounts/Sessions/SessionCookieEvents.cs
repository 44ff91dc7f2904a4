using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CanvasWeb.Web.Accounts.Sessions;

/// <summary>The cookie only names a session: who that is, and whether it still is, comes from the database on every request.</summary>
internal sealed class SessionCookieEvents(SessionStore sessions) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var id = context.Principal?.FindFirstValue(AccountClaims.Session);
        var facts = id is null ? null : await sessions.FindAsync(id, context.HttpContext.RequestAborted);
        if (facts is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(context.Scheme.Name);
            return;
        }

        context.ReplacePrincipal(SessionPrincipal.Create(facts, context.Scheme.Name));
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => Answer(context, StatusCodes.Status401Unauthorized, redirects: true);

    // Signing in again would change nothing for somebody without the right.
    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => Answer(context, StatusCodes.Status403Forbidden, redirects: false);

    // A page is sent to the sign-in page; a script, picture or program gets the status that it can act on.
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status, bool redirects)
    {
        var request = context.Request;
        var page = HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (redirects && page)
            context.Response.Redirect(AccountRoutes.SignInThen(request.PathBase + request.Path + request.QueryString));
        else
            context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
