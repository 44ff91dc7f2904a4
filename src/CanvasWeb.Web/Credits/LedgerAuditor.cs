using System.Data;
using CanvasWeb.Web.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace CanvasWeb.Web.Credits;

/// <summary>
/// Works the books out again from nothing but the rows, trusting no running balance, no trigger and no code of <see cref="Ledger"/>.
/// </summary>
internal sealed class LedgerAuditor(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>Reads all entries: for tests and the admin's check, not for every request.</summary>
    public async Task<LedgerAudit> AuditAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await SnapshotAsync(db, cancellationToken);
        var transactions = await db.Set<LedgerTransaction>().AsNoTracking().ToListAsync(cancellationToken);
        var entries = await db.Set<LedgerEntry>().AsNoTracking().ToListAsync(cancellationToken);
        var holds = await db.Set<CreditHold>().AsNoTracking().ToListAsync(cancellationToken);
        return LedgerAudit.Of(transactions, entries, holds);
    }

    // One state of the books for all statements. On SQLite a deferred transaction, which only reads and keeps no writer waiting.
    private static async Task<IDbContextTransaction> SnapshotAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
            return await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return await db.Database.UseTransactionAsync(transaction, cancellationToken) ?? throw new InvalidOperationException("EF Core took no transaction.");
    }
}
