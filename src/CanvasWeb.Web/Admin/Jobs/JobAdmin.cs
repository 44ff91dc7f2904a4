using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;

namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>What admins do to other people's jobs.</summary>
internal sealed class JobAdmin(JobQueue queue, JobOrders orders, AuditLog audit)
{
    /// <returns>False: there is no such open job.</returns>
    public Task<bool> CancelAsync(string adminId, string jobId, CancellationToken cancellationToken) =>
        queue.CancelAsync(jobId, (db, job) => audit.Add(db, adminId, "job.cancel", "job:" + job.Id, $"was {job.State}, of {job.UserId}"), cancellationToken);

    /// <summary>
    /// Queues once more what had been given up because its workers crashed: a new job of the same person for the same price, since the credits of the
    /// first went back when it was given up. Once for each job.
    /// </summary>
    public Task<GenerationOutcome?> RequeueAsync(string adminId, string jobId, CancellationToken cancellationToken) =>
        orders.AgainAsync(jobId, (db, job) => audit.Add(db, adminId, "job.requeue", "job:" + jobId, $"as {job.Id}, of {job.UserId}, for {job.Price}"), cancellationToken);
}
