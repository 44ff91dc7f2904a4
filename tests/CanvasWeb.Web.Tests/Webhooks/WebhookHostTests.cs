using System.Net;
using System.Net.Sockets;
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

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("8.8.8.8", "127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData]
    public async Task A_name_that_points_to_a_private_address_is_not_connected_to_although_it_looks_public(params string[] addresses)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        using var sender = Sender(port, (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)));
        var answer = await SendAsync(sender, port);
        Assert.Equal((null, "forbidden_address"), (answer.Status, answer.Error));
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task A_name_is_looked_up_once_so_that_it_cannot_answer_differently_for_the_connection()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        var lookups = 0;

        // The first answer is an address that goes nowhere (of the documentation, let through here as a developer's host would be); every other is the loopback.
        var hosts = Hosts(new() { DevelopmentHosts = ["hooks.example.org"] }, "Development");
        using var sender = new WebhookSender(hosts, Options.Create(new WebhookOptions { TimeoutSeconds = 1 }), TimeProvider.System)
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([++lookups == 1 ? IPAddress.Parse("192.0.2.1") : IPAddress.Loopback]),
        };
        var answer = await SendAsync(sender, port);
        Assert.Null(answer.Status);
        Assert.Equal((1, 0), (lookups, receiver.Count));
    }

    [Theory]
    [InlineData(true, "8.8.8.8")]
    [InlineData(true, "8.8.8.8", "2a00:1450:4001::200e")]
    [InlineData(false, "8.8.8.8", "10.0.0.1")]
    [InlineData(false, "::1")]
    [InlineData(false)]
    public async Task A_name_is_taken_only_if_all_that_it_points_to_is_public(bool taken, params string[] addresses)
    {
        var hosts = new WebhookHosts(Options.Create(new WebhookOptions()), new HostingEnvironment { EnvironmentName = "Production" })
        {
            Resolve = (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)),
        };
        Assert.Equal(taken, await hosts.LeadsOutAsync(new("https://hooks.example.org/"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_said_to_be_unknown()
    {
        using var sender = Sender(443, static (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        Assert.Equal("name", (await SendAsync(sender, 443)).Error);
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

    private static Task<WebhookAnswer> SendAsync(WebhookSender sender, int port) =>
        sender.SendAsync($"https://hooks.example.org:{port}/", "msg_1", "{}", "whsec_" + Convert.ToBase64String(new byte[32]), TestContext.Current.CancellationToken);

    private static WebhookSender Sender(int port, Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        new(Hosts(new() { Ports = [port] }), Options.Create(new WebhookOptions()), TimeProvider.System) { Resolve = resolve };

    private static WebhookHosts Hosts(WebhookOptions options, string environment = "Production") =>
        new(Options.Create(options), new HostingEnvironment { EnvironmentName = environment });
}
