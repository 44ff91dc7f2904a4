using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Webhooks;

/// <summary>What is to be told to people's own servers. A row here commits with the change that it tells of, or not at all.</summary>
internal static class WebhookOutbox
{
    /// <summary>Called in the transaction that ends a job, after the job's verb.</summary>
    public static Task JobEndedAsync(AppDbContext db, Job job, CancellationToken cancellationToken) => Task.CompletedTask;
}
