using Microsoft.AspNetCore.Antiforgery;

namespace CanvasWeb.Web.Accounts.Security;

/// <summary>
/// Refuses forms without a valid antiforgery token. The framework's middleware only notes what it found and leaves the answer to whoever
/// reads the form, so an endpoint that reads none would run all the same.
/// </summary>
internal static class StaleForms
{
    /// <summary>Marks an endpoint that must come from a form of ours, whether it reads fields or not.</summary>
    public static TBuilder RequireAntiforgery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(Required.Instance);

    /// <summary>Goes right after UseAntiforgery.</summary>
    public static void UseStaleForms(this IApplicationBuilder app) => app.Use(static async (http, next) =>
    {
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
        {
            await next(http);
            return;
        }

        // Mostly a page from before signing in or out in another tab: loading it anew gives its form a token that fits.
        if (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            http.Response.Redirect(PageBefore(http.Request));
        else
            await Results.Problem("This page is out of date. Go back, load it again and try once more.", statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:antiforgery").ExecuteAsync(http);
    });

    private static string PageBefore(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase) ? page.PathAndQuery : "/";

    private sealed class Required : IAntiforgeryMetadata
    {
        public static readonly Required Instance = new();

        public bool RequiresValidation => true;
    }
}
