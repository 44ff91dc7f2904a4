using System.Net;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>The site behind a proxy that ends TLS: what the proxy says counts, and what anybody else says does not.</summary>
public sealed class ProxyTests(LocalProviders providers, PostgreSqlServer server)
{
    [Theory]
    [InlineData("https", "127.0.0.1", "::1")]
    [InlineData("https", "127.0.0.0/8", "::1/128")]
    [InlineData("http", "203.0.113.7", "203.0.113.0/24")]
    public async Task The_provider_is_told_the_address_that_a_known_proxy_was_asked_for(string scheme, params string[] known)
    {
        await using var site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, [.. known.Select(static (proxy, i) => ($"Proxy:Known:{i}", proxy))]);
        using var visitor = new Visitor(site.Address, "198.51.100.1");
        using var answer = await visitor.ContinueWithGoogleAsync();
        var asked = QueryHelpers.ParseQuery(answer.Headers.Location?.Query);
        Assert.Equal($"{scheme}://{site.Address.Authority}/account/callback/google", asked["redirect_uri"].ToString());
        Assert.Equal(scheme == "https", visitor.SecureCookies);
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("203.0.113.7", HttpStatusCode.TooManyRequests)]
    public async Task Visitors_of_a_known_proxy_have_limits_of_their_own(string known, HttpStatusCode second)
    {
        await using var site = await RunningSite.StartAsync(
            DatabaseKind.Sqlite, server, ("Accounts:SignInsPerFiveMinutes", "1"), ("Proxy:Known:0", known), ("Proxy:Known:1", known == "127.0.0.1" ? "::1" : known));
        foreach (var (address, expected) in new[] { ("198.51.100.1", HttpStatusCode.OK), ("198.51.100.2", second), ("198.51.100.1", HttpStatusCode.TooManyRequests) })
        {
            using var visitor = new Visitor(site.Address, address);
            Assert.Equal(expected, await visitor.SignInAsync());
        }
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_stops_the_start_with_what_to_write()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Proxy:Known:0", "my-proxy")));
        Assert.Contains("Proxy:Known takes addresses", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A browser as the site sees it through a proxy.</summary>
    private sealed class Visitor : IDisposable
    {
        private readonly HttpClient _http;
        private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

        public Visitor(Uri site, string address)
        {
            _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site };
            _http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            _http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        }

        public bool SecureCookies { get; private set; }

        public Task<HttpResponseMessage> ContinueWithGoogleAsync() => PostAsync("/account/external/Google", ("purpose", "sign-in"));

        public async Task<HttpStatusCode> SignInAsync()
        {
            using var answer = await PostAsync("/account/sign-in", ("_handler", "sign-in"), ("Form.Email", "nobody@example.com"), ("Form.Password", "not a password"));
            return answer.StatusCode;
        }

        public void Dispose() => _http.Dispose();

        private async Task<HttpResponseMessage> PostAsync(string address, params (string Name, string Value)[] fields)
        {
            const string Field = "name=\"__RequestVerificationToken\" value=\"";
            using var page = await _http.GetAsync("/account/sign-in", TestContext.Current.CancellationToken);
            var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var start = html.IndexOf(Field, StringComparison.Ordinal) + Field.Length;
            var cookies = page.Headers.GetValues("Set-Cookie").ToList();
            SecureCookies = cookies.TrueForAll(static cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
            foreach (var parts in cookies.Select(static cookie => cookie.Split(';')[0].Split('=', 2)))
                _cookies[parts[0]] = parts[1];
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(static cookie => $"{cookie.Key}={cookie.Value}")));
            request.Content = new FormUrlEncodedContent(
                [new("__RequestVerificationToken", html[start..html.IndexOf('"', start)]), .. fields.Select(static field => new KeyValuePair<string, string>(field.Name, field.Value))]);
            return await _http.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }
}
