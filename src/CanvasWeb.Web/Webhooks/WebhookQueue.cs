using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// The outbox as a queue, the same idea as that of jobs: a row is lent to one process at a time, and a lease that runs out lends it to the
/// next. So a message is sent at least once whoever is killed when, and now and then twice, with the same id.
/// </summary>
internal sealed class WebhookQueue(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time, IOptions<WebhookOptions> options, ILogger<WebhookQueue> logger)
{
    private const string ClaimLock = "webhooks:claim";
    private const int SweepBatch = 1000;

    private readonly WebhookOptions _options = options.Value;

    /// <summary>Takes messages that are due, each for the caller alone.</summary>
    /// <param name="most">How many it can send now.</param>
    public async Task<IReadOnlyList<WebhookClaim>> ClaimAsync(int most, CancellationToken cancellationToken)
    {
        if (most <= 0)
            return [];
        // The usual answer is "none", and must not cost the database's one writer.
        await using (var reading = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (!await Due(reading, time.GetUtcNow()).AnyAsync(cancellationToken))
                return [];
        }

        return await writes.RunAsync<IReadOnlyList<WebhookClaim>>(
            async (db, token) =>
            {
                // Two replicas that look at the same moment would both find an endpoint below its limit.
                await WriteTransactions.LockAsync(db, ClaimLock, token);
                var now = time.GetUtcNow();
                var lease = TimeSpan.FromSeconds(_options.TimeoutSeconds + _options.LeaseMarginSeconds);
                var underWay = await db.Set<WebhookDelivery>().Where(delivery => delivery.State == WebhookDeliveryState.Sending && delivery.DueAt > now)
                    .GroupBy(static delivery => delivery.EndpointId).Select(static group => new { EndpointId = group.Key, Count = group.Count() })
                    .ToDictionaryAsync(static group => group.EndpointId, static group => group.Count, token);
                var claims = new List<WebhookClaim>();
                while (claims.Count < most)
                {
                    // Endpoints at their limit are left out by the query: ten thousand messages to a slow one do not stand before another's.
                    var busy = underWay.Where(group => group.Value >= _options.AtOncePerEndpoint).Select(static group => group.Key).ToList();
                    var found = await Due(db, now).Where(delivery => !busy.Contains(delivery.EndpointId))
                        .OrderBy(static delivery => delivery.DueAt).ThenBy(static delivery => delivery.Id).Take(most - claims.Count).ToListAsync(token);
                    if (found.Count == 0)
                        break;
                    foreach (var delivery in found)
                    {
                        if (underWay.GetValueOrDefault(delivery.EndpointId) >= _options.AtOncePerEndpoint)
                            continue;
                        if (delivery.Tries >= _options.MaxAttempts)
                        {
                            // Its last attempt was lost with the process that made it.
                            delivery.GiveUp();
                            continue;
                        }

                        underWay[delivery.EndpointId] = underWay.GetValueOrDefault(delivery.EndpointId) + 1;
                        delivery.Claim(now, lease);
                        var endpoint = await db.Set<WebhookEndpoint>().AsNoTracking().FirstAsync(endpoint => endpoint.Id == delivery.EndpointId, token);
                        claims.Add(new(delivery.Id, delivery.Attempts, endpoint.Id, endpoint.Url, endpoint.SealedSecret, delivery.Payload));
                    }

                    await db.SaveChangesAsync(token);
                }

                return claims;
            },
            cancellationToken);
    }

    /// <summary>Writes down what came of an attempt.</summary>
    public async Task EndAsync(WebhookClaim claim, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        var state = await writes.RunAsync<WebhookDeliveryState?>(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "webhooks:" + claim.EndpointId, token);
                var delivery = await db.Set<WebhookDelivery>().FirstOrDefaultAsync(delivery => delivery.Id == claim.DeliveryId, token);
                var endpoint = await db.Set<WebhookEndpoint>().FirstOrDefaultAsync(endpoint => endpoint.Id == claim.EndpointId, token);
                if (delivery is not { State: WebhookDeliveryState.Sending } || delivery.Attempts != claim.Attempt || endpoint is null)
                    return null;
                delivery.Note(answer);
                var now = time.GetUtcNow();
                if (answer.IsSuccess)
                {
                    delivery.Succeed();
                    endpoint.NoteSuccess();
                    return delivery.State;
                }

                endpoint.NoteFailure(now);
                if (delivery.Tries >= _options.MaxAttempts || answer.IsGone)
                    delivery.GiveUp();
                else
                    delivery.RetryAt(now + Wait(delivery.Tries, answer.RetryAfter));
                if (endpoint.DisabledAt is null && (answer.IsGone || now - endpoint.FailingSince >= TimeSpan.FromHours(_options.DisableAfterHours)))
                    endpoint.Disable(answer.IsGone ? WebhookDisabling.Gone : WebhookDisabling.Failing, now);
                return delivery.State;
            },
            cancellationToken);
        // Not the address: people put keys into it.
        logger.LogInformation("Webhook {DeliveryId} attempt {Attempt} was answered {Status} {Error}; it is {State} now", claim.DeliveryId, claim.Attempt, answer.Status, answer.Error, state);
    }

    /// <summary>Deletes what is older than the log goes back, and what tells of jobs that were erased.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(_options.LogDays);
        return writes.RunAsync(
            async (db, token) =>
            {
                var ids = await db.Set<WebhookDelivery>()
                    .Where(delivery => delivery.CreatedAt < oldest
                        || (delivery.EventType != WebhookEvents.Test && !db.Set<Job>().Any(job => job.Id == delivery.Subject)))
                    .OrderBy(static delivery => delivery.CreatedAt).Select(static delivery => delivery.Id).Take(SweepBatch).ToListAsync(token);
                return await db.Set<WebhookDelivery>().Where(delivery => ids.Contains(delivery.Id)).ExecuteDeleteAsync(token);
            },
            cancellationToken);
    }

    private static IQueryable<WebhookDelivery> Due(AppDbContext db, DateTimeOffset now) => db.Set<WebhookDelivery>()
        .Where(delivery => (delivery.State == WebhookDeliveryState.Pending || delivery.State == WebhookDeliveryState.Sending) && delivery.DueAt <= now
            && db.Set<WebhookEndpoint>().Any(endpoint => endpoint.Id == delivery.EndpointId && endpoint.DisabledAt == null));

    // Up to a fifth more than the plan, so that what failed together does not come back together.
    private TimeSpan Wait(int tries, TimeSpan? asked)
    {
        var seconds = Math.Min(_options.FirstRetrySeconds * Math.Pow(_options.RetryFactor, tries - 1), _options.LongestRetrySeconds);
        if (asked is { } longer)
            seconds = Math.Clamp(longer.TotalSeconds, seconds, _options.LongestRetrySeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (RandomNumberGenerator.GetInt32(200) / 1000d)));
    }
}
