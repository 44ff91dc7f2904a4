using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// Posts one signed message. The address that is checked is the one that is connected to: what was found out of a name before does not count here, so it
/// cannot answer with a public address for the check and a private one for the connection. No proxy, redirect, cookie or body of an answer.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private const int AnswerHeaderKilobytes = 16;
    private readonly HttpClient _client;
    private readonly WebhookHosts _hosts;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;

    public WebhookSender(WebhookHosts hosts, IOptions<WebhookOptions> options, TimeProvider time)
    {
        _hosts = hosts;
        _time = time;
        _timeout = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null, // Our traces are nobody else's business.
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = AnswerHeaderKilobytes,
            // An answer's body is thrown away with its connection, unless it is as short as most are.
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(500),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Looks a name up. Settable for tests: what a hostile name server answers cannot be had otherwise.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <param name="secret">With its prefix.</param>
    public async Task<WebhookAnswer> SendAsync(string url, string id, string payload, string secret, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        // The rules may have become stricter since the address was registered.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !_hosts.MayCall(uri))
            return new(null, "forbidden_address", 0, null);

        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimeHeader, seconds);
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, id, seconds, payload));
        request.Headers.UserAgent.ParseAdd("CanvasWeb-Webhooks/1");
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new((int)response.StatusCode, null, Elapsed(), RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, "timeout", Elapsed(), null);
        }
        catch (HttpRequestException error)
        {
            return new(null, Reason(error), Elapsed(), null);
        }

        int Elapsed() => (int)_time.GetElapsedTime(began).TotalMilliseconds;
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, cancellationToken);
        // One private address among public ones is a trick or a mistake; either way nothing is sent.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, address => _hosts.MayConnect(host, address)))
            throw new ForbiddenAddressException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? response.Headers.RetryAfter?.Delta : null;

    // The handler wraps what the callback throws, so the reason is somewhere inside.
    private static string Reason(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case ForbiddenAddressException:
                    return "forbidden_address";
                case AuthenticationException:
                    return "tls";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "name";
                case SocketException:
                    return "refused";
                default:
                    break;
            }
        }

        return "not_http";
    }

    private sealed class ForbiddenAddressException() : IOException("The name points to an address that webhooks may not go to.");
}
