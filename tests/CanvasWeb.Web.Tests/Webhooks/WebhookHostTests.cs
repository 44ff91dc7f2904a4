using System.Net;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Webhooks;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Webhooks;

public sealed class WebhookHostTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData("https://hooks.example.org/x?y=1", true)]
    [InlineData("https://hooks.example.org:8443/", true)]
    [InlineData("https://8.8.8.8/", true)]
    [InlineData("https://[2606:4700:4700::1111]/", true)]
    [InlineData("http://hooks.example.org/", false)]
    [InlineData("https://hooks.example.org:22/", false)]
    [InlineData("https://ann:secret@hooks.example.org/", false)]
    [InlineData("https://hooks.example.org/#part", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://database/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://127.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://0x7f000001/", false)]
    [InlineData("https://0177.0.0.1/", false)]
    [InlineData("https://10.1.2.3/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:127.0.0.1]/", false)]
    [InlineData("https://[fd00::1]/", false)]
    [InlineData("https://[64:ff9b::7f00:1]/", false)]
    [InlineData("ftp://hooks.example.org/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("hooks.example.org", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_public_https_addresses_may_be_named(string? url, bool may) => Assert.Equal(may, Hosts(new()).Parse(url) is not null);

    [Theory]
    [InlineData("hooks.example.org", true)]
    [InlineData("a.hooks.net", true)]
    [InlineData("hooks.net", false)]
    [InlineData("evilhooks.net", false)]
    [InlineData("example.org", false)]
    public void A_site_may_name_the_hosts_itself(string host, bool may) =>
        Assert.Equal(may, Hosts(new() { Hosts = ["hooks.example.org", "*.hooks.net"] }).Parse($"https://{host}/") is not null);

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public void Hosts_of_developers_count_in_Development_only(string environment, bool may)
    {
        var hosts = Hosts(new() { DevelopmentHosts = ["localhost"] }, environment);
        Assert.Equal(may, hosts.Parse("http://localhost:5000/") is not null);
        Assert.Equal(may, hosts.MayConnect("localhost", IPAddress.Loopback));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.53")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    public void Addresses_that_are_not_of_the_internet_are_closed(string address) => Assert.False(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::200e")]
    public void Addresses_of_the_internet_are_open(string address) => Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_points_to_this_machine_is_not_connected_to_although_it_was_registered()
    {
        // "localhost." has a dot, as names on the internet have, and resolves to the loopback: the check that counts is the one at the connection.
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        var port = new Uri(receiver.Url).Port;
        using var sender = new WebhookSender(Hosts(new() { Ports = [port] }), Options.Create(new WebhookOptions()), TimeProvider.System);
        foreach (var host in (string[])["sub.localhost", "ip6-localhost.localhost"])
        {
            var answer = await sender.SendAsync($"https://{host}:{port}/", "msg_1", "{}", lab.Secret, TestContext.Current.CancellationToken);
            Assert.Null(answer.Status);
            Assert.Contains(answer.Error, (string[])["forbidden_address", "name"]);
        }

        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task Rules_that_became_stricter_hold_for_endpoints_of_before()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        using var sender = new WebhookSender(Hosts(new(), "Production"), Options.Create(new WebhookOptions()), TimeProvider.System);
        var answer = await sender.SendAsync(receiver.Url, "msg_1", "{}", lab.Secret, TestContext.Current.CancellationToken);
        Assert.Equal("forbidden_address", answer.Error);
        Assert.Equal(0, receiver.Count);
    }

    private static WebhookHosts Hosts(WebhookOptions options, string environment = "Production") =>
        new(Options.Create(options), new HostingEnvironment { EnvironmentName = environment });
}
