using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CanvasWeb.Web.Data;

/// <summary>
/// The one way to write: a transaction around a piece of work, run again when the database asks for it. SQLite has a single writer, so
/// its writers queue here in the order they come instead of polling a locked file; PostgreSQL runs them side by side at read committed,
/// and the work takes the row locks it needs (see <see cref="LockAsync"/>).
/// </summary>
internal sealed class WriteTransactions(IDbContextFactory<AppDbContext> contexts) : IDisposable
{
    private const int Attempts = 5;
    private readonly SemaphoreSlim _sqliteWriter = new(1, 1);

    /// <summary>Runs the work in one transaction with a context of its own and commits when it returns.</summary>
    /// <param name="work">Reads, changes and saves through its context only. It may run more than once, so it has no other effects.</param>
    /// <exception cref="DbUpdateException">A constraint forbade it; nothing was written.</exception>
    public async Task<T> RunAsync<T>(Func<AppDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(work, cancellationToken);
            }
            catch (Exception error) when (attempt < Attempts && WantsAnotherTry(error))
            {
                // Deadlocks and serialization failures: the loser starts again from fresh reads.
            }
        }
    }

    public Task RunAsync(Func<AppDbContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(async (db, token) => { await work(db, token); return true; }, cancellationToken);

    /// <summary>
    /// Lets one transaction after another through for a key (an account, a board) until it commits. Needed on PostgreSQL only: on SQLite
    /// every write transaction already excludes all others.
    /// </summary>
    public static async Task LockAsync(AppDbContext db, string key, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql())
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))", cancellationToken);
    }

    public void Dispose() => _sqliteWriter.Dispose();

    private async Task<T> RunOnceAsync<T>(Func<AppDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var single = db.Database.IsSqlite();
        if (single)
            await _sqliteWriter.WaitAsync(cancellationToken);
        try
        {
            // On SQLite this is BEGIN IMMEDIATE: the write lock is taken before the first read, so that no read goes stale.
            await using var transaction = await db.Database.BeginTransactionAsync(single ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellationToken);
            var result = await work(db, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            if (single)
                _sqliteWriter.Release();
        }
    }

    private static bool WantsAnotherTry(Exception error) => error switch
    {
        DbUpdateException { InnerException: { } inner } => WantsAnotherTry(inner),
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6, // SQLITE_BUSY, SQLITE_LOCKED: another process writes.
        _ => false,
    };
}
