using System.Net;
using System.Net.Sockets;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// Which addresses belong to the public internet. Everything else (this machine, the network behind the site, a cloud's metadata service) is
/// closed to what people make the site call. IANA's special-purpose registries for IPv4 and IPv6, as of 2026.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] s_notPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.31.196.0/24"), IPNetwork.Parse("192.52.193.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("192.175.48.0/24"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
    ];

    // Of IPv6 only global unicast is given out, so what is not in it is closed without a list: loopback, link-local, unique local, multicast, NAT64.
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    // Inside it: protocols (Teredo and others carry IPv4 addresses), documentation, 6to4, which carries IPv4 addresses too.
    private static readonly IPNetwork[] s_notPublic6 = [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("2620:4f:8000::/48"), IPNetwork.Parse("3fff::/20")];

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(s_notPublic4, network => network.Contains(address)),
            // A scope (fe80::1%eth0) is none of the address: compare without it.
            AddressFamily.InterNetworkV6 => Bare(address) is var bare && s_global6.Contains(bare) && !Array.Exists(s_notPublic6, network => network.Contains(bare)),
            _ => false,
        };
    }

    private static IPAddress Bare(IPAddress address) => new(address.GetAddressBytes());
}
