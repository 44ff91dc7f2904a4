namespace CanvasWeb.Web.Tiles;

/// <summary>
/// Whether a request that writes comes from one of our own pages. Browsers say so in headers that no script can set; programs without
/// them carry no stranger's cookies, so there is nothing to protect them from.
/// </summary>
internal static class SameOrigin
{
    public static bool Holds(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length != 0)
            return site is "same-origin" or "none";
        var origin = request.Headers.Origin.ToString();

        // The authority alone: behind a proxy the scheme here may be another one than the browser's.
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && HostString.FromUriComponent(from) == request.Host);
    }
}
