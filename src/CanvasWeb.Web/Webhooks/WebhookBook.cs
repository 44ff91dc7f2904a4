using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Webhooks;

/// <summary>A person's endpoints and their logs: what the pages do.</summary>
internal sealed class WebhookBook(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, WebhookHosts hosts, WebhookSecrets secrets, AuditLog audit, TimeProvider time, IOptions<WebhookOptions> options)
{
    /// <summary>Lines on a page of the log.</summary>
    public const int PageLength = 50;

    private static readonly TimeSpan s_lookUpTimeout = TimeSpan.FromSeconds(5);

    /// <param name="requestId">Made with the form: sending it twice makes one endpoint.</param>
    public async Task<WebhookCreation> CreateAsync(string userId, string? url, IReadOnlyCollection<string> events, string requestId, CancellationToken cancellationToken)
    {
        if (events.Count == 0 || !events.All(WebhookEvents.All.Contains) || !RandomId.IsValid(requestId))
            return new WebhookCreation.Invalid();
        if (hosts.Parse(url) is not { } address)
            return new WebhookCreation.ForbiddenUrl();
        if (!await LeadsOutAsync(address, cancellationToken))
            return new WebhookCreation.LeadsNowhere(address.Host);
        return await writes.RunAsync<WebhookCreation>(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "webhook-endpoints:" + userId, token);
                var known = await db.Set<WebhookEndpoint>().Where(endpoint => endpoint.UserId == userId).ToListAsync(token);
                if (known.Find(endpoint => endpoint.RequestId == requestId) is { } before)
                    return new WebhookCreation.CreatedBefore(before);
                if (known.Count >= options.Value.EndpointsPerPerson)
                    return new WebhookCreation.TooMany(options.Value.EndpointsPerPerson);
                var (secret, sealedSecret) = secrets.New();
                var endpoint = WebhookEndpoint.Create(userId, address.AbsoluteUri, WebhookEvents.All.Where(events.Contains), sealedSecret, requestId, time.GetUtcNow());
                db.Add(endpoint);
                // The host alone: people put keys into the rest.
                audit.Add(db, userId, "webhook.create", "webhook:" + endpoint.Id, address.IdnHost);
                return new WebhookCreation.Created(endpoint, secret);
            },
            cancellationToken);
    }

    /// <summary>A person's endpoints, oldest first.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> OfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<WebhookEndpoint>().AsNoTracking().Where(endpoint => endpoint.UserId == userId).OrderBy(static endpoint => endpoint.CreatedAt).ThenBy(static endpoint => endpoint.Id).ToListAsync(cancellationToken);
    }

    public async Task<WebhookEndpoint?> FindAsync(string userId, string endpointId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<WebhookEndpoint>().AsNoTracking().FirstOrDefaultAsync(endpoint => endpoint.Id == endpointId && endpoint.UserId == userId, cancellationToken);
    }

    /// <summary>A page of the log, newest first.</summary>
    /// <param name="before">Where the last page ended; null for the first.</param>
    /// <returns>One more than a page holds says that there is another.</returns>
    public async Task<IReadOnlyList<WebhookDelivery>> LogAsync(string endpointId, PageCursor? before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var log = db.Set<WebhookDelivery>().AsNoTracking().Where(delivery => delivery.EndpointId == endpointId);

        // One moment may have many: the time alone would leave out those that the page before had no room for.
        if (before is { } end)
            log = log.Where(delivery => delivery.CreatedAt < end.At || (delivery.CreatedAt == end.At && delivery.Id.CompareTo(end.Id) < 0));
        return await log.OrderByDescending(static delivery => delivery.CreatedAt).ThenByDescending(static delivery => delivery.Id).Take(PageLength + 1).ToListAsync(cancellationToken);
    }

    /// <summary>Writes a test message to the outbox.</summary>
    /// <param name="requestId">Made with the form: sending it twice is one message.</param>
    /// <returns>False when there is no such endpoint, it is off, or there were too many tests within the hour.</returns>
    public Task<bool> TestAsync(string userId, string endpointId, string requestId, CancellationToken cancellationToken)
    {
        if (!RandomId.IsValid(requestId))
            return Task.FromResult(false);
        return ChangeAsync(
            userId,
            endpointId,
            async (db, endpoint, token) =>
            {
                if (endpoint.DisabledAt is not null)
                    return false;
                var now = time.GetUtcNow();
                var hourAgo = now - TimeSpan.FromHours(1);
                var tests = await db.Set<WebhookDelivery>().Where(delivery => delivery.EndpointId == endpointId && delivery.EventType == WebhookEvents.Test && delivery.CreatedAt > hourAgo).Select(static delivery => delivery.Subject).ToListAsync(token);
                if (tests.Contains(requestId))
                    return true;
                if (tests.Count >= options.Value.TestsPerHour)
                    return false;
                db.Add(WebhookDelivery.Create(endpointId, WebhookEvents.Test, requestId, WebhookPayloads.Test(now), now));
                return true;
            },
            cancellationToken);
    }

    /// <summary>Sends a message again that was delivered or given up, with the id that it had.</summary>
    public Task<bool> SendAgainAsync(string userId, string endpointId, string deliveryId, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        endpointId,
        async (db, endpoint, token) =>
        {
            var delivery = await db.Set<WebhookDelivery>().FirstOrDefaultAsync(delivery => delivery.Id == deliveryId && delivery.EndpointId == endpointId, token);
            if (endpoint.DisabledAt is not null || delivery is not { State: WebhookDeliveryState.Delivered or WebhookDeliveryState.Failed })
                return false;
            delivery.SendAgain(time.GetUtcNow());
            return true;
        },
        cancellationToken);

    public Task<bool> DisableAsync(string userId, string endpointId, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        endpointId,
        (db, endpoint, _) =>
        {
            if (endpoint.DisabledAt is not null)
                return Task.FromResult(false);
            endpoint.Disable(WebhookDisabling.Person, time.GetUtcNow());
            audit.Add(db, userId, "webhook.disable", "webhook:" + endpointId, details: null);
            return Task.FromResult(true);
        },
        cancellationToken);

    public Task<bool> EnableAsync(string userId, string endpointId, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        endpointId,
        (db, endpoint, _) =>
        {
            if (endpoint.DisabledAt is null)
                return Task.FromResult(false);
            endpoint.Enable();
            audit.Add(db, userId, "webhook.enable", "webhook:" + endpointId, details: null);
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <summary>Deletes an endpoint with its log and with what waits for it.</summary>
    public Task<bool> DeleteAsync(string userId, string endpointId, CancellationToken cancellationToken) => ChangeAsync(
        userId,
        endpointId,
        (db, endpoint, _) =>
        {
            db.Remove(endpoint);
            audit.Add(db, userId, "webhook.delete", "webhook:" + endpointId, details: null);
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <summary>What becomes of endpoints when their person deletes the account: they go with their logs. That jobs end on the way there is told first, if there is time.</summary>
    public static AccountErasure Erasure() => new(
        static (_, _) => Task.CompletedTask,
        static (db, userId, cancellationToken) => db.Set<WebhookEndpoint>().Where(endpoint => endpoint.UserId == userId).ExecuteDeleteAsync(cancellationToken));

    // A name server that does not answer is as good as none: the person waits for this page.
    private async Task<bool> LeadsOutAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_lookUpTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await hosts.LeadsOutAsync(address, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task<bool> ChangeAsync(string userId, string endpointId, Func<AppDbContext, WebhookEndpoint, CancellationToken, Task<bool>> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            // The same lock as that of an attempt's end (WebhookQueue): neither overwrites what the other has just said of the endpoint.
            await WriteTransactions.LockAsync(db, "webhooks:" + endpointId, token);
            return await db.Set<WebhookEndpoint>().FirstOrDefaultAsync(endpoint => endpoint.Id == endpointId && endpoint.UserId == userId, token) is { } endpoint && await change(db, endpoint, token);
        },
        cancellationToken);
}
