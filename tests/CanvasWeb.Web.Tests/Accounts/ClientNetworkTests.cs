using System.Net;
using CanvasWeb.Web.Accounts.Security;

namespace CanvasWeb.Web.Tests.Accounts;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::")]
    public void A_household_counts_as_one(string address, string network) => Assert.Equal(IPAddress.Parse(network), ClientNetwork.Of(IPAddress.Parse(address)));

    [Fact]
    public void Who_has_no_address_counts_as_one_too() => Assert.Equal(IPAddress.None, ClientNetwork.Of((IPAddress?)null));
}
