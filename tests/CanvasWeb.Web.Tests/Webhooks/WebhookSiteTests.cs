using System.Text.RegularExpressions;
using CanvasWeb.Web.Tests.Accounts;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>The pages of the running site, and the site killed while it sends.</summary>
public sealed partial class WebhookSiteTests(PostgreSqlServer server)
{
    [Fact]
    public async Task An_endpoint_is_added_tested_turned_off_and_deleted_through_its_pages()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Webhooks:DevelopmentHosts:0", "127.0.0.1"));
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("hooks@example.com");
        await browser.GoAsync("/account/webhooks");
        await browser.SubmitAsync("Add endpoint", ("Form.Url", "https://10.0.0.1/"));
        Assert.Contains("may not call this address", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("Add endpoint", ("Form.Url", "https://hooks.invalid/"));
        Assert.Contains("The name hooks.invalid leads to no public address", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("Add endpoint", ("Form.Url", receiver.Url));
        var secret = Secret().Match(browser.Html).Value;
        Assert.NotEmpty(secret);

        await browser.GoAsync(LogLink().Match(browser.Html).Groups["path"].Value);
        Assert.Contains("Nothing sent yet", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("Send a test");
        site.Time.Advance(TimeSpan.FromSeconds(1));
        var message = await receiver.NextAsync();
        Assert.Contains(message.Id, browser.Html, StringComparison.Ordinal);

        using var stranger = site.OpenBrowser();
        await stranger.RegisterAsync("eve@example.com");
        await stranger.GoAsync(browser.Url.AbsolutePath);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, stranger.Status);

        await browser.SubmitAsync("Turn off");
        Assert.Contains("Off. Nothing is sent", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("Turn on");
        await browser.SubmitAsync("Delete endpoint");
        Assert.Contains("The endpoint and its log are deleted", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_site_was_sending_is_sent_again_with_the_same_id()
    {
        var folder = Directory.CreateTempSubdirectory("canvasweb-hooks-");
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var site = new SiteProcess(new(StringComparer.Ordinal)
        {
            ["Data:Folder"] = folder.FullName,
            ["Inference:Mode"] = "External",
            ["Inference:Key"] = "a-key-of-the-tests-and-of-nobody-else",
            ["Webhooks:DevelopmentHosts:0"] = "127.0.0.1",
            ["Webhooks:TimeoutSeconds"] = "2",
            ["Webhooks:LeaseMarginSeconds"] = "1",
        });
        site.Start();
        await site.AnswersAsync();
        using (var browser = new TestBrowser(site.Address))
        {
            await browser.GoAsync("/account/sign-in");
            await browser.SubmitAsync("Try it");
            await browser.GoAsync("/account/webhooks");
            await browser.SubmitAsync("Add endpoint", ("Form.Url", receiver.Url));
            await browser.GoAsync(LogLink().Match(browser.Html).Groups["path"].Value);
            var never = new TaskCompletionSource();
            receiver.Answer = async http => await never.Task.WaitAsync(http.RequestAborted);
            await browser.SubmitAsync("Send a test");
        }

        // It has come, and nobody has heard an answer: the moment in which the site dies.
        var first = await receiver.NextAsync();
        await site.KillAsync();
        receiver.AnswerWith(200);
        site.Start();
        await site.AnswersAsync();
        var second = await receiver.NextAsync();
        Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
        await site.KillAsync();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex("whsec_[A-Za-z0-9+/=&#;x]{44,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();

    [GeneratedRegex("href=\"(?<path>/account/webhooks/[A-Za-z0-9_-]{22})\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogLink();
}
