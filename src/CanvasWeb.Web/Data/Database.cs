using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CanvasWeb.Web.Data;

/// <summary>Sets up either database, the same for the site and for tests.</summary>
internal static class Database
{
    public static void Configure(DbContextOptionsBuilder builder, DataOptions options, DataFolder folder)
    {
        // Migrations are written by hand without a model snapshot; SchemaTests compares them with the model instead.
        builder.ConfigureWarnings(static warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
        if (options.PostgreSql.Length != 0)
        {
            builder.UseNpgsql(options.PostgreSql);
            return;
        }

        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder.Path, "canvasweb.db"),
            ForeignKeys = true,
            DefaultTimeout = 30,
        };
        builder.UseSqlite(connection.ToString()).AddInterceptors(new SqlitePragmas());
    }

    // WAL lets readers read while one writes. FULL: what was acknowledged survives a power cut too, at one fsync for each commit.
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
