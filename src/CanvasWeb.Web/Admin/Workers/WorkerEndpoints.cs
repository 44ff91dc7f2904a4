using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Admin.Workers;

internal static class WorkerEndpoints
{
    public const string Drain = AdminRoutes.Workers + "/drain";
    public const string Resume = AdminRoutes.Workers + "/resume";

    /// <summary>Names come from workers; there is no end of those that were drained and never came back but this.</summary>
    private const int MostDrained = 1_000;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost(Drain, DrainAsync);
        admin.MapPost(Resume, ResumeAsync);
    }

    private static async Task<RedirectHttpResult> DrainAsync(HttpContext http, [FromForm] string? worker, WriteTransactions writes, WorkerRegistry workers, AuditLog audit, TimeProvider time)
    {
        if (worker is not { Length: > 0 and <= WorkerDrain.WorkerLength } || !workers.All.Any(known => known.Name == worker))
            return Back("worker-gone");
        await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "admin:workers", token);
                if (await db.Set<WorkerDrain>().AnyAsync(drain => drain.Worker == worker, token) || await db.Set<WorkerDrain>().CountAsync(token) >= MostDrained)
                    return;
                db.Add(new WorkerDrain { Worker = worker, Since = time.GetUtcNow() });
                audit.Add(db, http.User.UserId(), "worker.drain", Subject(worker), details: null);
            },
            CancellationToken.None);
        return Back("worker-drained");
    }

    private static async Task<RedirectHttpResult> ResumeAsync(HttpContext http, [FromForm] string? worker, WriteTransactions writes, JobNews news, AuditLog audit)
    {
        await writes.RunAsync(
            async (db, token) =>
            {
                if (await db.Set<WorkerDrain>().Where(drain => drain.Worker == worker).ExecuteDeleteAsync(token) != 0)
                    audit.Add(db, http.User.UserId(), "worker.resume", Subject(worker ?? ""), details: null);
            },
            CancellationToken.None);
        news.WorkCame();
        return Back("worker-resumed");
    }

    // A name of 200 characters does not fit as a whole.
    private static string Subject(string worker) => "worker:" + (worker.Length <= 120 ? worker : worker[..120]);

    private static RedirectHttpResult Back(string notice) => TypedResults.LocalRedirect($"{AdminRoutes.Workers}?notice={notice}");
}
