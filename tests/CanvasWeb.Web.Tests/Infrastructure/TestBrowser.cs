using System.Net;
using System.Text.RegularExpressions;

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>
/// As much of a browser as forms and redirects need: it keeps cookies, follows redirects over all sites, remembers where it was, and fills in
/// the forms that a page really has, so that a test cannot send what a person could not.
/// </summary>
internal sealed partial class TestBrowser : IDisposable
{
    private const int MaxRedirects = 20;
    private const int MatchTimeoutMs = 10_000;
    private readonly HttpClient _client;
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false };

    public TestBrowser(Uri site)
    {
        _client = new(_handler) { BaseAddress = site };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0");
        Url = site;
    }

    public CookieJar Cookies { get; } = new();

    /// <summary>Where it is.</summary>
    public Uri Url { get; private set; }

    /// <summary>What the last page said.</summary>
    public string Html { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    /// <summary>Every address since the last <see cref="GoAsync"/> or <see cref="SubmitAsync"/>, redirects with them.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>Stops before an address for which this holds, so that a test can look at it or change it.</summary>
    public Predicate<Uri>? StopAt { get; set; }

    public Task GoAsync(string address) => SendAsync(new(HttpMethod.Get, new Uri(Url, address)), anew: true);

    /// <summary>Fills in and sends the form on the page whose HTML contains a text.</summary>
    public Task SubmitAsync(string formWith, params (string Name, string Value)[] fields)
    {
        var form = Form().Matches(Html).FirstOrDefault(form => WebUtility.HtmlDecode(form.Value).Contains(formWith, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{Url} has no form with “{formWith}”: {Text}");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match input in Input().Matches(form.Value))
        {
            var attributes = Attributes(input.Value);
            if (!attributes.TryGetValue("name", out var name))
                continue;
            if (attributes.GetValueOrDefault("type") is not ("radio" or "checkbox") || attributes.ContainsKey("checked"))
                values[name] = attributes.GetValueOrDefault("value", "");
        }

        foreach (var (name, value) in fields)
        {
            if (!form.Value.Contains($"name=\"{name}\"", StringComparison.Ordinal))
                throw new InvalidOperationException($"The form with “{formWith}” has no field {name}.");
            values[name] = value;
        }

        var action = Attributes(form.Groups["attributes"].Value).GetValueOrDefault("action", Url.PathAndQuery);
        return SendAsync(new(HttpMethod.Post, new Uri(Url, action)) { Content = new FormUrlEncodedContent(values) }, anew: true);
    }

    /// <summary>Sends what no form on the page sends, with the page's antiforgery token.</summary>
    public Task PostAsync(string address, params (string Name, string Value)[] fields)
    {
        var token = Input().Matches(Html).Select(static input => Attributes(input.Value)).First(static input => input.GetValueOrDefault("name") == "__RequestVerificationToken")["value"];
        var values = fields.Append(("__RequestVerificationToken", token)).Select(static field => KeyValuePair.Create(field.Item1, field.Item2));
        return SendAsync(new(HttpMethod.Post, new Uri(Url, address)) { Content = new FormUrlEncodedContent(values) }, anew: true);
    }

    /// <summary>The page without its tags.</summary>
    public string Text => WebUtility.HtmlDecode(Tag().Replace(Html[Math.Max(0, Html.IndexOf("<main", StringComparison.Ordinal))..], " "));

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task SendAsync(HttpRequestMessage request, bool anew)
    {
        if (anew)
            Visited.Clear();
        for (var redirects = 0; ; redirects++)
        {
            var url = request.RequestUri ?? throw new InvalidOperationException("A request has an address.");
            Visited.Add(url);
            Url = url;
            if (StopAt?.Invoke(url) == true)
                return;
            if (Cookies.Header(url) is { } cookies)
                request.Headers.Add("Cookie", cookies);
            using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            Cookies.Take(url, response);
            Status = response.StatusCode;
            Html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (response.Headers.Location is not { } location)
                return;
            Assert.True(redirects < MaxRedirects, $"{url} redirects without end.");
            request = new(HttpMethod.Get, new Uri(url, location));
        }
    }

    private static Dictionary<string, string> Attributes(string tag)
    {
        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match attribute in Attribute().Matches(tag))
            attributes[attribute.Groups["name"].Value] = WebUtility.HtmlDecode(attribute.Groups["value"].Value);
        return attributes;
    }

    [GeneratedRegex("<form(?<attributes>[^>]*)>.*?</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|button|select)[^>]*>", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Input();

    [GeneratedRegex("""(?<name>[\w-]+)(="(?<value>[^"]*)")?""", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Attribute();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, MatchTimeoutMs)]
    private static partial Regex Tag();
}
