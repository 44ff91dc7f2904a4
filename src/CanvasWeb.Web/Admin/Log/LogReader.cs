using System.Runtime.CompilerServices;
using CanvasWeb.Web.Admin.Users;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Admin.Log;

/// <summary>Reads the audit log, newest first.</summary>
internal sealed class LogReader(IDbContextFactory<AppDbContext> contexts, UserLists people, IOptions<AdminOptions> options)
{
    public async Task<(IReadOnlyList<AuditEntry> Entries, PageCursor? Next)> PageAsync(LogFilter filter, PageCursor? before, CancellationToken cancellationToken)
    {
        var size = options.Value.PageSize;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await WhereAsync(db, filter, cancellationToken);
        if (before is { } end)
            entries = entries.Where(entry => entry.At < end.At || (entry.At == end.At && entry.Id.CompareTo(end.Id) < 0));
        var page = await entries.OrderByDescending(static entry => entry.At).ThenByDescending(static entry => entry.Id).Take(size + 1).ToListAsync(cancellationToken);
        return (page.Count > size ? page[..size] : page, page.Count > size ? new PageCursor(page[size - 1].At, page[size - 1].Id) : null);
    }

    /// <summary>All of them, as far as <see cref="AdminOptions.MostExported"/> goes, one after the other: none of it is held in memory.</summary>
    public async IAsyncEnumerable<AuditEntry> AllAsync(LogFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await WhereAsync(db, filter, cancellationToken);
        await foreach (var entry in entries.OrderByDescending(static entry => entry.At).ThenByDescending(static entry => entry.Id).Take(options.Value.MostExported).AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return entry;
    }

    /// <summary>Every action that was ever noted, for the filter.</summary>
    public async Task<IReadOnlyList<string>> ActionsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<AuditEntry>().Select(static entry => entry.Action).Distinct().OrderBy(static action => action).Take(200).ToListAsync(cancellationToken);
    }

    private async Task<IQueryable<AuditEntry>> WhereAsync(AppDbContext db, LogFilter filter, CancellationToken cancellationToken)
    {
        var entries = db.Set<AuditEntry>().AsNoTracking();
        if (filter.Actor is { } actor)
        {
            var ids = await people.IdsAsync(actor, cancellationToken);
            entries = entries.Where(entry => ids.Contains(entry.ActorId));
        }

        if (filter.Action is { } action)
            entries = entries.Where(entry => entry.Action.StartsWith(action));
        if (filter.Subject is { } subject)
            entries = entries.Where(entry => entry.Subject.StartsWith(subject));
        if (filter.From is { } from)
        {
            var first = new DateTimeOffset(from.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            entries = entries.Where(entry => entry.At >= first);
        }

        if (filter.Until is { } until)
        {
            var end = new DateTimeOffset(until.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + TimeSpan.FromDays(1);
            entries = entries.Where(entry => entry.At < end);
        }

        return entries;
    }
}
