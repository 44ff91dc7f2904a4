using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// Lets browsers in only from pages of this site. Cookies go along with a WebSocket whoever's page opens it, and no CORS rule stands in its
/// way: without this any page on the web could paint on the boards of whoever visits it.
/// </summary>
internal static class SameOrigin
{
    public static void RequireSameOrigin(this IEndpointConventionBuilder endpoint) => endpoint.Add(static builder =>
    {
        if (builder.RequestDelegate is not { } next)
            return;
        builder.RequestDelegate = async context =>
        {
            if (IsAllowed(context.Request, context.RequestServices.GetRequiredService<IOptions<BoardsOptions>>().Value.AllowedOrigins))
                await next(context);
            else
                await Results.Problem("This page is not one of this site's.", statusCode: StatusCodes.Status403Forbidden, type: "urn:canvasweb:foreign-origin").ExecuteAsync(context);
        };
    });

    /// <summary>Programs send no origin; they carry no cookie that somebody else could ride on either.</summary>
    internal static bool IsAllowed(HttpRequest request, IReadOnlyList<string> allowed)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }
}
