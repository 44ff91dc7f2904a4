using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Where webhooks may go: looked at when an address is registered, and again for each connection, since names change what they point to.</summary>
internal sealed class WebhookHosts(IOptions<WebhookOptions> options, IHostEnvironment environment)
{
    private readonly WebhookOptions _options = options.Value;

    /// <summary>Looks a name up. Settable for tests.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The address to store, or null when it is none that may be called.</summary>
    public Uri? Parse(string? url)
    {
        if (url is null || url.Length > WebhookEndpoint.UrlLength || !Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri))
            return null;
        return MayCall(uri) && uri.AbsoluteUri.Length <= WebhookEndpoint.UrlLength ? uri : null;
    }

    public bool MayCall(Uri uri)
    {
        // A name and password in the address would be sent nowhere, and show up in logs.
        if (uri.UserInfo.Length != 0 || uri.Fragment.Length != 0 || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic || uri.Host.Length == 0)
            return false;
        if (IsDevelopmentHost(uri.IdnHost))
            return uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;
        if (uri.Scheme != Uri.UriSchemeHttps || !(uri.Port == 443 || _options.Ports.Contains(uri.Port)))
            return false;
        if (_options.Hosts.Count != 0 && !_options.Hosts.Any(allowed => Covers(allowed, uri.IdnHost)))
            return false;
        if (IPAddress.TryParse(uri.IdnHost, out var address))
            return PublicAddresses.Contains(address);
        // A name without a dot is of this machine or its network.
        return uri.IdnHost.TrimEnd('.').Contains('.', StringComparison.Ordinal);
    }

    /// <summary>Does the host have an address now, and only such as may be connected to? For whoever types it; each connection looks anew.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<bool> LeadsOutAsync(Uri uri, CancellationToken cancellationToken)
    {
        if (IsDevelopmentHost(uri.IdnHost))
            return true;
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(uri.IdnHost, out var literal) ? [literal] : await Resolve(uri.IdnHost, cancellationToken);
            return addresses.Length != 0 && Array.TrueForAll(addresses, address => MayConnect(uri.IdnHost, address));
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>May a connection to this address be opened, for an endpoint with that host?</summary>
    public bool MayConnect(string host, IPAddress address) => IsDevelopmentHost(host) || PublicAddresses.Contains(address);

    private bool IsDevelopmentHost(string host) => environment.IsDevelopment() && _options.DevelopmentHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool Covers(string allowed, string host) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > allowed.Length - 1 && host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase);
}
