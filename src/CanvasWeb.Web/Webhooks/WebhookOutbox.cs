using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Webhooks;

/// <summary>What is to be told to people's own servers. A row here commits with the change that it tells of, or not at all.</summary>
internal static class WebhookOutbox
{
    /// <summary>Messages that may wait for one endpoint. What comes on top is not written: whoever is so far behind asks for the jobs anew.</summary>
    public const int WaitingPerEndpoint = 10_000;

    /// <summary>Called in the transaction that ends a job, after the job's verb and with its results in the context.</summary>
    public static async Task JobEndedAsync(AppDbContext db, Job job, CancellationToken cancellationToken)
    {
        // Nearly everybody has none, and a job's end costs them this one read.
        var endpoints = await db.Set<WebhookEndpoint>().AsNoTracking().Where(endpoint => endpoint.UserId == job.UserId && endpoint.DisabledAt == null).ToListAsync(cancellationToken);
        if (endpoints.Count == 0)
            return;

        var type = WebhookEvents.Of(job.State);
        string? payload = null;
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.EventList().Contains(type)))
        {
            var waiting = await db.Set<WebhookDelivery>().CountAsync(delivery => delivery.EndpointId == endpoint.Id && (delivery.State == WebhookDeliveryState.Pending || delivery.State == WebhookDeliveryState.Sending), cancellationToken);
            if (waiting >= WaitingPerEndpoint)
                continue;
            payload ??= WebhookPayloads.JobEnded(job, job.State == JobState.Succeeded ? (await db.Set<JobResultRow>().Where(row => row.JobId == job.Id).ToListAsync(cancellationToken)).FindAll(static row => row.WithheldAt is null) : []);
            db.Add(WebhookDelivery.Create(endpoint.Id, type, job.Id, payload, job.FinishedAt ?? job.CreatedAt));
        }
    }
}
