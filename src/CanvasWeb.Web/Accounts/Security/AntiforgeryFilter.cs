using Microsoft.AspNetCore.Antiforgery;

namespace CanvasWeb.Web.Accounts.Security;

/// <summary>
/// Asks for an antiforgery token on endpoints that bind no form. The framework checks tokens only where it reads a form, so a POST without
/// fields would pass unseen.
/// </summary>
internal static class AntiforgeryFilter
{
    public static TBuilder RequireAntiforgery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(Required.Instance);
        return builder.AddEndpointFilter(static async (context, next) =>
        {
            var antiforgery = context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
            return await antiforgery.IsRequestValidAsync(context.HttpContext)
                ? await next(context)
                : TypedResults.Problem("This page is out of date. Go back, load it again and try once more.", statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:antiforgery");
        });
    }

    private sealed class Required : IAntiforgeryMetadata
    {
        public static readonly Required Instance = new();

        public bool RequiresValidation => true;
    }
}
