using CanvasWeb.Web.Generation.Models;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Ready means: somebody makes pictures. Without a worker the site still takes jobs, which wait.</summary>
internal sealed class WorkerHealth(WorkerRegistry workers, ModelRegistry models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        workers.Count > 0 || models.All().Any(static model => model.Online)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No worker is connected."));
}
