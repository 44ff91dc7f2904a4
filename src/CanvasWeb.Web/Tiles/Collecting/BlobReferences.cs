using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Tiles.Uploads;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace CanvasWeb.Web.Tiles.Collecting;

/// <summary>
/// Everything that names a blob, in one place. Columns are found in the model by their name, so that a new one keeps its blobs from its first day; a test
/// demands a word about each. Besides them: the logs and snapshots of boards, read as text, since undo brings back what an op once named.
/// </summary>
internal static class BlobReferences
{
    private const string Suffix = "Sha256";

    /// <summary>
    /// Columns that name a blob without keeping it: a tile's own row, the list of what is hidden, the collector's notes, and what somebody uploaded: a note for the
    /// quota. What is put on a board is named by its log; what is not has the time of grace since it was stored.
    /// </summary>
    public static readonly IReadOnlySet<string> NotKeeping = new HashSet<string>(StringComparer.Ordinal)
    {
        $"{nameof(Tile)}.{nameof(Tile.Sha256)}",
        $"{nameof(HiddenPicture)}.{nameof(HiddenPicture.Sha256)}",
        $"{nameof(Upload)}.{nameof(Upload.Sha256)}",
        $"{nameof(BlobOrphan)}.{nameof(BlobOrphan.Sha256)}",
    };

    /// <summary>"Entity.Property" of each column that keeps the blobs that it names.</summary>
    public static IReadOnlyList<string> Columns(AppDbContext db) => [.. Keeping(db).Select(static column => column.Name)];

    /// <summary>Calls for every name of a blob that is anywhere in the database, some more than once, all as of one moment.</summary>
    public static async Task EachAsync(IDbContextFactory<AppDbContext> contexts, Action<string> found, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var moment = await BeginMomentAsync(db, cancellationToken);
        foreach (var column in Keeping(db))
        {
            await foreach (var sha256 in Query(db, $"SELECT {column.Sql} AS \"Value\" FROM {column.TableSql} WHERE {column.Sql} IS NOT NULL").WithCancellation(cancellationToken))
                found(sha256);
        }

        // An op that names no picture has no such name in it.
        await foreach (var op in db.Set<BoardOpRow>().AsNoTracking().Where(static row => row.Op.Contains("sha256")).Select(static row => row.Op).AsAsyncEnumerable().WithCancellation(cancellationToken))
            EachIn(op, found);
        await foreach (var snapshot in db.Set<BoardSnapshotRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
            EachIn(snapshot.Text(), found);
    }

    /// <summary>Which of these a column names now: each has an index, as a transaction waits for the answer. Boards are not asked: see <see cref="BlobCollector"/>.</summary>
    public static async Task<HashSet<string>> AmongAsync(AppDbContext db, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        if (names.Count == 0)
            return kept; // PostgreSQL takes no empty list.
        var places = string.Join(", ", names.Select(static (_, index) => string.Create(CultureInfo.InvariantCulture, $"{{{index}}}")));
        foreach (var column in Keeping(db))
        {
            await foreach (var sha256 in Query(db, $"SELECT {column.Sql} AS \"Value\" FROM {column.TableSql} WHERE {column.Sql} IN ({places})", [.. names]).WithCancellation(cancellationToken))
                kept.Add(sha256);
        }

        return kept;
    }

    /// <summary>Every run of exactly 64 hex digits. What merely looks like a name keeps nothing that exists.</summary>
    internal static void EachIn(string text, Action<string> found)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiHexDigitLower(text[at]))
                at++;
            if (at - start == 64)
                found(text[start..at]);
        }
    }

    private static IEnumerable<(string Name, string Sql, string TableSql)> Keeping(AppDbContext db)
    {
        var sql = db.GetService<ISqlGenerationHelper>();
        return
            from entity in db.Model.GetEntityTypes()
            from property in entity.GetProperties()
            where property.ClrType == typeof(string) && property.Name.EndsWith(Suffix, StringComparison.Ordinal)
            let name = $"{entity.ClrType.Name}.{property.Name}"
            where !NotKeeping.Contains(name)
            orderby name
            select (name, sql.DelimitIdentifier(property.GetColumnName()), sql.DelimitIdentifier(entity.GetTableName()!)); // Every entity has a table: see AppDbContext.
    }

    [SuppressMessage("Security", "EF1002", Justification = "Names of columns cannot be parameters; they come from the model alone.")]
    private static IAsyncEnumerable<string> Query(AppDbContext db, string sql, params object[] values) => db.Database.SqlQueryRaw<string>(sql, values).AsAsyncEnumerable();

    // What is copied from one place to another while this reads, and erased where it was, would be missed in both.
    private static async Task<IAsyncDisposable> BeginMomentAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql())
            return await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

        // Deferred: readers of SQLite see one moment and keep no writer waiting, which EF's own transactions would.
        await db.Database.OpenConnectionAsync(cancellationToken);
        var moment = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(moment, cancellationToken);
        return moment;
    }
}
