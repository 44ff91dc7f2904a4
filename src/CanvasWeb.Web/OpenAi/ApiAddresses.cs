using Microsoft.AspNetCore.Routing.Template;

namespace CanvasWeb.Web.OpenAi;

/// <summary>
/// Which methods an address of the API takes. The status of the routing does not say it here: a page of the site answers GET wherever
/// nothing else does, so that GET finds no page at an address that takes POST, and POST is refused at one that is not there.
/// </summary>
internal sealed class ApiAddresses(EndpointDataSource endpoints)
{
    /// <summary>Whether an endpoint of the API has the request, and not what answers for all that is unknown.</summary>
    public static bool IsReached(HttpContext http) => http.GetEndpoint() is RouteEndpoint endpoint && IsOfApi(endpoint);

    /// <returns>None for an address that is not there.</returns>
    public IReadOnlyList<string> MethodsOf(PathString path) =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => IsOfApi(endpoint) && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []))
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal),
    ];

    private static bool IsOfApi(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText?.StartsWith(ApiEnvelope.Root + "/", StringComparison.Ordinal) == true;
}
