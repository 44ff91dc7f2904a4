using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Reports;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation;

/// <summary>What people say should not be shown, until an admin has looked.</summary>
internal sealed class ReportQueue(WriteTransactions writes, IOptions<ModerationOptions> options, TimeProvider time)
{
    private readonly ModerationOptions _options = options.Value;

    /// <summary>Adds a report. Hides nothing by itself; the same reporter counts once for the same thing.</summary>
    /// <param name="text">What the person wrote, may be empty; cut at <see cref="Report.TextLength"/> characters.</param>
    public Task<ReportOutcome> AddAsync(ReportTarget target, Reporter reporter, ReportReason reason, string text, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            // One after the other for each reporter: the cap is exact, and a doubled form finds its twin.
            await WriteTransactions.LockAsync(db, "reports:" + reporter.Key, token);
            var part = target.Part ?? "";
            if (await db.Set<Report>().AnyAsync(report => report.Kind == target.Kind && report.TargetId == target.Id && report.Part == part && report.ReporterKey == reporter.Key, token))
                return ReportOutcome.TakenBefore;
            var now = time.GetUtcNow();
            var hourAgo = now - TimeSpan.FromHours(1);
            if (await db.Set<Report>().CountAsync(report => report.ReporterKey == reporter.Key && report.CreatedAt > hourAgo, token) >= _options.ReportsPerHour)
                return ReportOutcome.TooMany;
            db.Add(Report.Of(target, reporter, reason, text.Trim(), now));
            return ReportOutcome.Taken;
        },
        cancellationToken);
}
