namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>
/// Cookies as browsers keep them (RFC 6265): by host, path and name, whatever the port. The framework's CookieContainer drops a cookie whose
/// path is not above the page that set it, which the state of a sign-in needs.
/// </summary>
internal sealed class CookieJar
{
    private readonly Dictionary<(string Host, string Path, string Name), string> _cookies = [];

    /// <summary>Every Set-Cookie header so far, with its attributes.</summary>
    public List<string> Received { get; } = [];

    public string? this[string name] => _cookies.FirstOrDefault(cookie => cookie.Key.Name == name).Value;

    public void Take(Uri from, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var headers))
            return;
        foreach (var header in headers)
        {
            Received.Add(header);
            var parts = header.Split(';', StringSplitOptions.TrimEntries);
            var equals = parts[0].IndexOf('=', StringComparison.Ordinal);
            var path = Array.Find(parts, static part => part.StartsWith("path=", StringComparison.OrdinalIgnoreCase))?[5..] ?? from.AbsolutePath[..(from.AbsolutePath.LastIndexOf('/') + 1)];
            var key = (from.Host, path, parts[0][..equals]);
            if (Array.Exists(parts, static part => part.StartsWith("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase)))
                _cookies.Remove(key);
            else
                _cookies[key] = parts[0][(equals + 1)..];
        }
    }

    /// <summary>The Cookie header for an address; null without cookies.</summary>
    public string? Header(Uri to)
    {
        var fitting = _cookies.Where(cookie => cookie.Key.Host == to.Host && Covers(cookie.Key.Path, to.AbsolutePath)).Select(static cookie => cookie.Key.Name + "=" + cookie.Value).ToList();
        return fitting.Count == 0 ? null : string.Join("; ", fitting);
    }

    private static bool Covers(string path, string address) =>
        address == path || (address.StartsWith(path, StringComparison.Ordinal) && (path.EndsWith('/') || address[path.Length] == '/'));
}
