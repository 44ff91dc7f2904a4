using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Audit;

public sealed class AuditLogTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task An_entry_comes_and_goes_with_the_transaction_of_the_deed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server);
        var log = new AuditLog(TimeProvider.System);
        await database.Writes.RunAsync(
            (db, _) =>
            {
                log.Add(db, "ann", "user.suspend", "user:bob", new string('x', 2 * AuditEntry.DetailsLength));
                return Task.FromResult(true);
            },
            Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Writes.RunAsync<bool>(
            (db, _) =>
            {
                log.Add(db, "ann", "user.suspend", "user:cam", null);
                throw new InvalidOperationException("The deed failed.");
            },
            Token));

        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        var entry = Assert.Single(await db.Set<AuditEntry>().ToListAsync(Token));
        Assert.Equal(("ann", "user.suspend", "user:bob", AuditEntry.DetailsLength), (entry.ActorId, entry.Action, entry.Subject, entry.Details?.Length));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_database_lets_nobody_change_or_delete_an_entry(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server);
        await database.Writes.RunAsync(
            (db, _) =>
            {
                new AuditLog(TimeProvider.System).Add(db, "ann", "user.suspend", "user:bob", null);
                return Task.FromResult(true);
            },
            Token);
        await using var db = await database.Contexts.CreateDbContextAsync(Token);
        await Assert.ThrowsAnyAsync<Exception>(() => db.Set<AuditEntry>().ExecuteUpdateAsync(static set => set.SetProperty(static entry => entry.ActorId, "eve"), Token));
        await Assert.ThrowsAnyAsync<Exception>(() => db.Set<AuditEntry>().ExecuteDeleteAsync(Token));
        Assert.Equal("ann", (await db.Set<AuditEntry>().AsNoTracking().SingleAsync(Token)).ActorId);
    }
}
