using System.Text.Json;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>From the outbox to a real receiver, on both databases.</summary>
public sealed class WebhookDeliveryTests(PostgreSqlServer server, StandardWebhooks library) : IClassFixture<StandardWebhooks>
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_message_arrives_signed_so_that_the_library_of_the_standard_believes_it(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url);
        // The library compares with its own clock.
        lab.Time.Jump(TimeProvider.System.GetUtcNow() - lab.Time.GetUtcNow());
        await lab.QueueAsync();
        Assert.True(Assert.Single(await lab.SendDueAsync()).IsSuccess);

        var message = await receiver.NextAsync();
        Assert.Equal("good", await library.JudgeAsync(lab.Secret, message));
        Assert.StartsWith("bad", await library.JudgeAsync(lab.Secret, message with { Body = message.Body.Replace("works", "Works", StringComparison.Ordinal) }), StringComparison.Ordinal);
        Assert.StartsWith("bad", await library.JudgeAsync("whsec_" + Convert.ToBase64String(new byte[32]), message), StringComparison.Ordinal);

        var delivery = await lab.OnlyDeliveryAsync();
        Assert.Equal(("POST", "/hook?of=ann", delivery.Id, "application/json; charset=utf-8"), (message.Method, message.Path, message.Id, message.Headers["content-type"]));
        Assert.Equal((WebhookDeliveryState.Delivered, 1, 204), (delivery.State, delivery.Attempts, delivery.LastStatus));
        using var body = JsonDocument.Parse(message.Body);
        Assert.Equal("webhook.test", body.RootElement.GetProperty("type").GetString());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_fails_comes_again_later_and_later_with_the_same_id_and_body_until_it_is_given_up(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url, ("Webhooks:MaxAttempts", "5"), ("Webhooks:LongestRetrySeconds", "125"));
        receiver.AnswerWith(500);
        await lab.QueueAsync();
        var messages = new List<ReceivedWebhook>();
        // 5 s, 25 s, 125 s, then the longest, each up to a fifth longer.
        foreach (var wait in (int[])[5, 25, 125, 125])
        {
            Assert.Single(await lab.SendDueAsync());
            messages.Add(await receiver.NextAsync());
            lab.Time.Jump(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(await lab.SendDueAsync());
            lab.Time.Jump(TimeSpan.FromSeconds(wait * 0.2));
        }

        Assert.Single(await lab.SendDueAsync());
        messages.Add(await receiver.NextAsync());
        var delivery = await lab.OnlyDeliveryAsync();
        Assert.Equal((WebhookDeliveryState.Failed, 5, 500), (delivery.State, delivery.Attempts, delivery.LastStatus));
        Assert.Single(messages.Select(static message => (message.Id, message.Body)).Distinct());
        Assert.Equal(5, messages.Select(static message => message.Headers["webhook-timestamp"]).Distinct().Count());
        lab.Time.Jump(TimeSpan.FromDays(1));
        Assert.Empty(await lab.SendDueAsync());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_given_up_is_sent_again_by_hand_with_its_id(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url, ("Webhooks:MaxAttempts", "1"));
        receiver.AnswerWith(404);
        await lab.QueueAsync();
        await lab.SendDueAsync();
        var first = await receiver.NextAsync();
        receiver.AnswerWith(200);

        Assert.False(await lab.Book.SendAgainAsync(await lab.AddPersonAsync(), lab.EndpointId, first.Id, Token), "it is not theirs");
        Assert.True(await lab.Book.SendAgainAsync(lab.Ann, lab.EndpointId, first.Id, Token));
        Assert.False(await lab.Book.SendAgainAsync(lab.Ann, lab.EndpointId, first.Id, Token), "it waits already");
        await lab.SendDueAsync();
        Assert.Equal(first.Id, (await receiver.NextAsync()).Id);
        Assert.Equal(WebhookDeliveryState.Delivered, (await lab.OnlyDeliveryAsync()).State);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_message_is_lent_to_one_process_and_to_the_next_when_that_one_is_gone(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url);
        await lab.QueueAsync();
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.Queue.ClaimAsync(10, Token)));
        var lost = Assert.Single(claims.SelectMany(static claim => claim));

        // The process that took it is killed. Nobody else sends it before its lease ends; then somebody does, and what the first may have
        // said late no longer counts.
        lab.Time.Jump(TimeSpan.FromSeconds(44));
        Assert.Empty(await lab.SendDueAsync());
        lab.Time.Jump(TimeSpan.FromSeconds(1));
        var next = Assert.Single(await lab.Queue.ClaimAsync(10, Token));
        await lab.Queue.EndAsync(lost, new(200, null, 1, null), Token);
        Assert.Equal(WebhookDeliveryState.Sending, (await lab.OnlyDeliveryAsync()).State);
        await lab.Queue.EndAsync(next, new(200, null, 1, null), Token);
        Assert.Equal((WebhookDeliveryState.Delivered, 2), ((await lab.OnlyDeliveryAsync()).State, (await lab.OnlyDeliveryAsync()).Attempts));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_slow_endpoint_does_not_stand_before_the_others(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url, ("Webhooks:AtOncePerEndpoint", "2"));
        for (var i = 0; i < 12; i++)
            await lab.QueueAsync();
        lab.Time.Jump(TimeSpan.FromSeconds(1));
        var bob = await lab.AddPersonAsync();
        var (bobs, _) = await lab.AddEndpointAsync(bob, receiver.Url);
        await lab.QueueAsync(bob, bobs);

        var claims = await lab.Queue.ClaimAsync(8, Token);
        Assert.Equal((2, 1), (claims.Count(claim => claim.EndpointId == lab.EndpointId), claims.Count(claim => claim.EndpointId == bobs)));
        Assert.Empty(await lab.Queue.ClaimAsync(8, Token));
    }

    [Fact]
    public async Task An_endpoint_that_takes_nothing_for_days_is_turned_off_and_gets_what_waits_when_it_is_turned_on()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url, ("Webhooks:DisableAfterHours", "24"));
        receiver.AnswerWith(503);
        await lab.QueueAsync();
        await lab.SendDueAsync();
        Assert.Equal(lab.Time.GetUtcNow(), (await lab.EndpointAsync()).FailingSince);
        lab.Time.Jump(TimeSpan.FromHours(25));
        await lab.SendDueAsync();
        Assert.Equal(WebhookDisabling.Failing, (await lab.EndpointAsync()).DisabledBecause);
        lab.Time.Jump(TimeSpan.FromHours(25));
        Assert.Empty(await lab.SendDueAsync());

        receiver.AnswerWith(200);
        Assert.True(await lab.Book.EnableAsync(lab.Ann, lab.EndpointId, Token));
        Assert.True(Assert.Single(await lab.SendDueAsync()).IsSuccess);
        Assert.Null((await lab.EndpointAsync()).FailingSince);
    }

    [Fact]
    public async Task An_answer_of_410_turns_the_endpoint_off_at_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        receiver.AnswerWith(410);
        await lab.QueueAsync();
        await lab.SendDueAsync();
        Assert.Equal(WebhookDisabling.Gone, (await lab.EndpointAsync()).DisabledBecause);
        Assert.Equal(WebhookDeliveryState.Failed, (await lab.OnlyDeliveryAsync()).State);
    }

    [Fact]
    public async Task A_busy_receiver_is_heeded_when_it_says_how_long_to_wait()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        receiver.AnswerWith(429, "Retry-After", "600");
        await lab.QueueAsync();
        await lab.SendDueAsync();
        lab.Time.Jump(TimeSpan.FromSeconds(599));
        Assert.Empty(await lab.SendDueAsync());
        lab.Time.Jump(TimeSpan.FromSeconds(121));
        Assert.Single(await lab.SendDueAsync());
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        receiver.AnswerWith(307, "Location", elsewhere.Url);
        await lab.QueueAsync();
        Assert.Equal(307, Assert.Single(await lab.SendDueAsync()).Status);
        Assert.Equal(0, elsewhere.Count);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_left_after_the_timeout()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        var left = new TaskCompletionSource();
        receiver.Answer = async http =>
        {
            http.RequestAborted.Register(left.SetResult);
            await left.Task;
        };
        await lab.QueueAsync();
        var sending = lab.SendDueAsync();
        await receiver.NextAsync();
        lab.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("timeout", Assert.Single(await sending).Error);
        await left.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        var left = new TaskCompletionSource();
        receiver.Answer = async http =>
        {
            http.RequestAborted.Register(left.SetResult);
            try
            {
                while (!http.RequestAborted.IsCancellationRequested)
                    await http.Response.Body.WriteAsync(new byte[65536], http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The sender hung up, which is what is asked for.
            }
        };
        await lab.QueueAsync();
        Assert.True(Assert.Single(await lab.SendDueAsync()).IsSuccess);
        await left.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Headers_without_end_are_no_answer()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        receiver.AnswerWith(200, "X-Long", new string('a', 40_000));
        await lab.QueueAsync();
        Assert.Equal("not_http", Assert.Single(await lab.SendDueAsync()).Error);
    }

    [Fact]
    public async Task The_service_sends_by_itself_what_comes_into_the_outbox()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url, ("Webhooks:AtOnce", "2"));
        for (var i = 0; i < 7; i++)
            await lab.QueueAsync();
        using var service = lab.Get<IEnumerable<IHostedService>>().OfType<WebhookDeliveries>().Single();
        await service.StartAsync(Token);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 7; i++)
            ids.Add((await receiver.NextAsync()).Id);
        await service.StopAsync(Token);
        Assert.Equal(7, ids.Count);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_log_forgets_what_is_old_and_what_tells_of_jobs_that_are_gone(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url);
        await lab.QueueAsync();
        await lab.WriteAsync((db, _) => { db.Add(WebhookDelivery.Create(lab.EndpointId, WebhookEvents.Failed, RandomId.New(), "{}", lab.Time.GetUtcNow())); return Task.CompletedTask; });
        Assert.Equal(1, await lab.Queue.SweepAsync(Token));
        Assert.Equal(WebhookEvents.Test, (await lab.OnlyDeliveryAsync()).EventType);
        lab.Time.Jump(TimeSpan.FromDays(31));
        Assert.Equal(1, await lab.Queue.SweepAsync(Token));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Endpoints_go_with_the_account_and_their_logs_with_them(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url);
        await lab.QueueAsync();
        await lab.WriteAsync((db, token) => WebhookBook.Erasure().EraseAsync(db, lab.Ann, token));
        Assert.Equal((0, 0), await lab.ReadAsync(async db => (await db.Set<WebhookEndpoint>().CountAsync(Token), await db.Set<WebhookDelivery>().CountAsync(Token))));
    }

    [Fact]
    public async Task The_secret_is_not_in_the_database()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(DatabaseKind.Sqlite, server, receiver.Url);
        var stored = (await lab.EndpointAsync()).SealedSecret;
        Assert.DoesNotContain(lab.Secret["whsec_".Length..], stored, StringComparison.Ordinal);
        Assert.Equal(lab.Secret, lab.Get<WebhookSecrets>().Open(stored));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Limits_hold_when_everything_is_asked_for_at_once(DatabaseKind kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var lab = await WebhookLab.OpenAsync(kind, server, receiver.Url, ("Webhooks:EndpointsPerPerson", "3"), ("Webhooks:TestsPerHour", "4"));
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.Book.CreateAsync(lab.Ann, receiver.Url, [WebhookEvents.Failed], RandomId.New(), Token)));
        Assert.Equal(2, made.OfType<WebhookCreation.Created>().Count());
        var request = RandomId.New();
        var twice = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.Book.TestAsync(lab.Ann, lab.EndpointId, request, Token)));
        Assert.All(twice, Assert.True);
        var tests = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.Book.TestAsync(lab.Ann, lab.EndpointId, RandomId.New(), Token)));
        Assert.Equal(3, tests.Count(static sent => sent));
    }
}
