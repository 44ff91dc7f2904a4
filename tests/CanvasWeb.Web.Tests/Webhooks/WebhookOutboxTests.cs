using System.Text.Json;
using CanvasWeb.Web.Admin;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.OpenAi.Docs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>What the ends of jobs write into the outbox.</summary>
public sealed class WebhookOutboxTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_succeeds_is_told_of_once_with_its_results_and_without_its_prompt(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        await AddEndpointAsync(lab, BoardSite.Ann, WebhookEvents.All);
        await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        var job = await lab.LeaseWellAsync();
        await lab.FinishAsync(job);
        Assert.True(await lab.CompleteAsync(job), "the worker did not hear the answer and says it again");

        var delivery = Assert.Single(await DeliveriesAsync(lab));
        Assert.Equal((WebhookEvents.Succeeded, job.Id, WebhookDeliveryState.Pending), (delivery.EventType, delivery.Subject, delivery.State));
        Assert.DoesNotContain("fox", delivery.Payload, StringComparison.Ordinal);
        using var payload = JsonDocument.Parse(delivery.Payload);
        var data = payload.RootElement.GetProperty("data");
        Assert.Equal("image.job.succeeded", payload.RootElement.GetProperty("type").GetString());
        Assert.Equal((job.Id, "succeeded", job.Price), (data.GetProperty("id").GetString(), data.GetProperty("status").GetString(), data.GetProperty("credits").GetInt64()));
        Assert.Equal(2, data.GetProperty("results").GetArrayLength());
        Assert.Equal(OpenApiSchemas.Write()["Job"]!["properties"]!.AsObject().Select(static property => property.Key), data.EnumerateObject().Select(static property => property.Name));
        Assert.Equal(64, data.GetProperty("results")[1].GetProperty("sha256").GetString()?.Length);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Jobs_that_are_canceled_fail_or_are_lost_are_told_of_and_attempts_that_come_again_are_not(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxCrashes", "2"));
        await AddEndpointAsync(lab, BoardSite.Ann, WebhookEvents.All);
        var frame = await lab.AddFrameAsync();
        var canceled = await lab.AskWellAsync(BoardSite.Ann, frame);
        Assert.True(await lab.Queue.CancelAsync(BoardSite.Ann, canceled.Id, Token));
        Assert.False(await lab.Queue.CancelAsync(BoardSite.Ann, canceled.Id, Token));

        await lab.AskWellAsync(BoardSite.Ann, frame);
        var failed = await lab.LeaseWellAsync();
        Assert.True(await lab.Queue.FailAsync(new(failed.Id, failed.Attempt, "no", "It cannot.", false), Token));

        await lab.AskWellAsync(BoardSite.Ann, frame);
        var poisoned = await lab.LeaseWellAsync();
        Assert.True(await lab.Queue.FailAsync(new(poisoned.Id, poisoned.Attempt, "crash", "It fell.", true), Token));
        Assert.Equal(2, (await DeliveriesAsync(lab)).Count);
        poisoned = await lab.LeaseWellAsync();
        Assert.True(await lab.Queue.FailAsync(new(poisoned.Id, poisoned.Attempt, "crash", "It fell.", true), Token));

        var told = (await DeliveriesAsync(lab)).ToDictionary(static delivery => delivery.Subject, static delivery => delivery.EventType, StringComparer.Ordinal);
        Assert.Equal((WebhookEvents.Canceled, WebhookEvents.Failed, WebhookEvents.Failed, 3), (told[canceled.Id], told[failed.Id], told[poisoned.Id], told.Count));
    }

    [Fact]
    public async Task Only_what_an_endpoint_of_the_jobs_person_asked_for_and_is_on_for_is_written()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await AddEndpointAsync(lab, BoardSite.Ann, [WebhookEvents.Failed]);
        await AddEndpointAsync(lab, BoardSite.Bob, WebhookEvents.All);
        await AddEndpointAsync(lab, BoardSite.Ann, WebhookEvents.All, static endpoint => endpoint.Disable(WebhookDisabling.Person, DateTimeOffset.UnixEpoch));
        var job = await lab.AskWellAsync(BoardSite.Ann, await lab.AddFrameAsync());
        await lab.Queue.CancelAsync(BoardSite.Ann, job.Id, Token);
        Assert.Empty(await DeliveriesAsync(lab));
    }

    private static Task AddEndpointAsync(GenerationLab lab, string userId, IReadOnlyList<string> events, Action<WebhookEndpoint>? change = null) => lab.Get<WriteTransactions>().RunAsync(
        (db, _) =>
        {
            var endpoint = WebhookEndpoint.Create(userId, "https://hooks.example.org/", events, "sealed", RandomId.New(), lab.Time.GetUtcNow());
            change?.Invoke(endpoint);
            db.Add(endpoint);
            return Task.CompletedTask;
        },
        Token);

    private static async Task<List<WebhookDelivery>> DeliveriesAsync(GenerationLab lab)
    {
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        return await db.Set<WebhookDelivery>().AsNoTracking().ToListAsync(Token);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_log_leaves_out_nothing_of_a_moment_that_is_longer_than_a_page(DatabaseKind kind)
    {
        await using var lab = await WebhookLab.OpenAsync(kind, server, "http://127.0.0.1:9/");
        const int Many = (2 * WebhookBook.PageLength) + 7;
        await lab.WriteAsync((db, _) =>
        {
            for (var i = 0; i < Many; i++)
                db.Add(WebhookDelivery.Create(lab.EndpointId, WebhookEvents.Test, RandomId.New(), "{}", lab.Time.GetUtcNow()));
            return Task.CompletedTask;
        });

        var seen = new HashSet<string>(StringComparer.Ordinal);
        PageCursor? before = null;
        for (var page = 0; page < 3; page++)
        {
            var log = await lab.Book.LogAsync(lab.EndpointId, before, Token);
            Assert.Equal(page < 2, log.Count > WebhookBook.PageLength);
            Assert.All(log.Take(WebhookBook.PageLength), delivery => Assert.True(seen.Add(delivery.Id)));
            before = new(log[Math.Min(log.Count, WebhookBook.PageLength) - 1].CreatedAt, log[Math.Min(log.Count, WebhookBook.PageLength) - 1].Id);
        }

        Assert.Equal(Many, seen.Count);
    }
}
