namespace CanvasWeb.Web.Accounts.Security;

/// <summary>
/// Refuses what another site makes a browser send: changes and WebSockets, which carry this site's cookies. Browsers say where a request comes
/// from (Sec-Fetch-Site, or Origin where that is missing); programs say nothing and pass, since nobody's cookies travel with them.
/// </summary>
internal static class SameOrigin
{
    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use(static async (http, next) =>
    {
        if (ChangesSomething(http) && ComesFromElsewhere(http.Request))
        {
            await Results.Problem("Another site sent this request. Open the page on this site and try again there.", statusCode: StatusCodes.Status403Forbidden, type: "urn:canvasweb:cross-origin").ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    private static bool ChangesSomething(HttpContext http) =>
        http.WebSockets.IsWebSocketRequest || http.Request.Headers.Upgrade.Count != 0 || HttpMethods.IsConnect(http.Request.Method)
        || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method));

    private static bool ComesFromElsewhere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length != 0)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return false;
        // The scheme is left out: behind a proxy that ends TLS this process sees http.
        return !Uri.TryCreate(origin, UriKind.Absolute, out var from) || !from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
