using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Data;

/// <summary>Brings the database up to date, also after a process was killed in the middle of doing so.</summary>
internal static class Migrating
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(AppDbContext db, DataFolder folder, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            // On PostgreSQL EF locks a table, which ends with the connection.
            await db.Database.MigrateAsync(cancellationToken);
            return;
        }

        // On SQLite EF's lock is a row in a table: a process that is killed while it holds it leaves it behind, and the next one waits for
        // ever. A locked file excludes others just as well, and the system opens it when its owner dies; whoever holds it may clear the row away.
        await using var only = await LockAsync(Path.Combine(folder.Path, "migrating.lock"), cancellationToken);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(s_pause, cancellationToken);
            }
        }
    }
}
