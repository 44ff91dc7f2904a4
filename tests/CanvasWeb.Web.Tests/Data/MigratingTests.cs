using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Data;

public sealed class MigratingTests(PostgreSqlServer server)
{
    [Fact(Timeout = 120_000)]
    public async Task A_site_that_was_killed_while_it_migrated_starts_again()
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server);
        await using var db = await database.Contexts.CreateDbContextAsync(token);

        // What EF leaves behind when its process dies at the wrong moment: without help the next start waits for this row for ever.
        await db.Database.ExecuteSqlRawAsync(
            """CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL)""", token);
        await db.Database.ExecuteSqlRawAsync("""INSERT OR REPLACE INTO "__EFMigrationsLock" VALUES (1, '2026-01-01')""", token);

        await Migrating.RunAsync(db, database.Services.GetRequiredService<DataFolder>(), token);

        Assert.Empty(await db.Database.GetPendingMigrationsAsync(token));
    }
}
