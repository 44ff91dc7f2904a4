using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>Rows of jobs under a lock. Whoever changes a job's state reads it through here, in a write transaction.</summary>
internal static class JobRows
{
    /// <summary>Reads a job and keeps others from changing it until the transaction ends; null if there is none.</summary>
    public static async Task<Job?> LockAsync(AppDbContext db, string jobId, CancellationToken cancellationToken)
    {
        // On SQLite a write transaction has excluded all other writers already.
        var rows = db.Database.IsNpgsql()
            ? await db.Set<Job>().FromSql($"""SELECT * FROM "Jobs" WHERE "Id" = {jobId} FOR UPDATE""").ToListAsync(cancellationToken)
            : await db.Set<Job>().Where(job => job.Id == jobId).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The same, but null as well where somebody else is changing it just now: a cancel must not make a worker wait.</summary>
    public static async Task<Job?> TryLockAsync(AppDbContext db, string jobId, CancellationToken cancellationToken)
    {
        if (!db.Database.IsNpgsql())
            return await LockAsync(db, jobId, cancellationToken);
        var rows = await db.Set<Job>().FromSql($"""SELECT * FROM "Jobs" WHERE "Id" = {jobId} FOR UPDATE SKIP LOCKED""").ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }
}
