using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork; // The framework has an older type of this name.

namespace CanvasWeb.Web.Shell.Proxies;

/// <summary>
/// The visitor's address and scheme, as a proxy that ends TLS tells them. Only the proxies that the settings name are believed: a header is
/// easily written, and whoever may choose their own address has no limit on signing in.
/// </summary>
internal static class KnownProxies
{
    public static void AddKnownProxies(this IServiceCollection services)
    {
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateDataAnnotations()
            .Validate(static options => options.Known.All(static known => IPAddress.TryParse(known, out _) || IPNetwork.TryParse(known, out _)), "Proxy:Known takes addresses (10.0.0.5) and networks (10.0.0.0/8).")
            .ValidateOnStart();
    }

    /// <summary>Comes first: all that follows looks at the scheme or the address.</summary>
    public static void UseKnownProxies(this WebApplication app)
    {
        var known = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Known;
        if (known.Length == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            // Not the host: a proxy passes the name that was asked for as Host, and few take away an X-Forwarded-Host that a visitor made up.
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // Through as many as are known, one behind the other; the first unknown address is the visitor's.
            ForwardLimit = null,
        };
        // The framework's own are the loopback addresses: on this machine others may run programs too.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in known)
        {
            if (IPAddress.TryParse(text, out var address))
                options.KnownProxies.Add(address);
            else
                options.KnownIPNetworks.Add(IPNetwork.Parse(text));
        }

        app.UseForwardedHeaders(options);
    }
}
