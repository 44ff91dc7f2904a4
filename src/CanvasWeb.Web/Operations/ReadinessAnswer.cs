using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CanvasWeb.Web.Operations;

/// <summary>Which check failed and what to do, as JSON. No exception texts: the page is open to everybody.</summary>
internal static class ReadinessAnswer
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        report.Entries.Select(static entry => new Check(entry.Key, entry.Value.Status == HealthStatus.Healthy, entry.Value.Description)), context.RequestAborted);

    private sealed record Check(string Name, bool Ok, string? Advice);
}
