using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Admin.Overview;

/// <summary>Counts what the overview shows. Every query is a count or a sum over an index or a small table, but for the two over all tiles.</summary>
internal sealed class SiteFiguresReader(IDbContextFactory<AppDbContext> contexts, WorkerRegistry workers, ModelRegistry models, DataFolder data, TimeProvider time)
{
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);

    public async Task<SiteFigures> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (midnight, day, week, month) = (new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now - TimeSpan.FromDays(1), now - TimeSpan.FromDays(7), now - s_month);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var people = db.Users.Where(static user => user.DeletedAt == null);
        var ended = await db.Set<Job>().Where(job => job.FinishedAt >= midnight).GroupBy(static job => job.State)
            .Select(static group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(static group => group.Key, static group => group.Count, cancellationToken);
        var credits = await (
            from transaction in db.Set<LedgerTransaction>()
            where transaction.At >= month
            join entry in db.Set<LedgerEntry>() on transaction.Key equals entry.Transaction
            where entry.Account == LedgerAccount.Grants || entry.Account == LedgerAccount.Purchases || entry.Account == LedgerAccount.Revenue
            group entry.Amount by entry.Account into account
            select new { account.Key, Sum = account.Sum() }).ToDictionaryAsync(static account => account.Key, static account => account.Sum, StringComparer.Ordinal, cancellationToken);
        var known = models.All();
        var disk = new DriveInfo(data.Path);
        return new()
        {
            Users = await people.CountAsync(cancellationToken),
            NewThisWeek = await people.CountAsync(user => user.CreatedAt >= week, cancellationToken),
            Suspended = await people.CountAsync(static user => user.SuspendedAt != null, cancellationToken),
            SeenToday = await db.Set<UserSession>().Where(session => session.LastSeenAt >= day).Select(static session => session.UserId).Distinct().CountAsync(cancellationToken),
            Running = await db.Set<Job>().CountAsync(static job => job.State == JobState.Running, cancellationToken),
            Queued = await db.Set<Job>().CountAsync(static job => job.State == JobState.Queued, cancellationToken),
            MadeToday = ended.GetValueOrDefault(JobState.Succeeded),
            FailedToday = ended.GetValueOrDefault(JobState.Failed) + ended.GetValueOrDefault(JobState.Poisoned),
            CanceledToday = ended.GetValueOrDefault(JobState.Canceled),
            Workers = workers.Count,
            ModelsOnline = known.Count(static model => model.Online),
            Models = known.Count,
            PictureBytes = await db.Set<Tile>().SumAsync(static tile => tile.Bytes, cancellationToken),
            Pictures = await db.Set<Tile>().CountAsync(cancellationToken),
            FailingWebhooks = await db.Set<WebhookEndpoint>().CountAsync(static endpoint => endpoint.DisabledAt == null && endpoint.FailingSince != null, cancellationToken),
            FreeBytes = disk.AvailableFreeSpace,
            DiskBytes = disk.TotalSize,

            // The site's accounts show what left them as a negative number.
            Granted = -credits.GetValueOrDefault(LedgerAccount.Grants),
            Bought = -credits.GetValueOrDefault(LedgerAccount.Purchases),
            Spent = credits.GetValueOrDefault(LedgerAccount.Revenue),
            Held = await db.Set<CreditHold>().SumAsync(static hold => hold.Amount, cancellationToken),
        };
    }
}
