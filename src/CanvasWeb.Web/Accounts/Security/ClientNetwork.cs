using System.Net;
using System.Net.Sockets;

namespace CanvasWeb.Web.Accounts.Security;

/// <summary>Whom limits and reports count as one where nobody is signed in: a household or a rented server has a whole /64 of IPv6 addresses.</summary>
internal static class ClientNetwork
{
    public static IPAddress Of(HttpContext http) => Of(http.Connection.RemoteIpAddress);

    /// <returns><see cref="IPAddress.None"/> where no address is known.</returns>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}
