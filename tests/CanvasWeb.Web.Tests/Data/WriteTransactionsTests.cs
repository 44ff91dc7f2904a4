using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Data;

public sealed class WriteTransactionsTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Work_that_throws_leaves_nothing_behind(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Writes.RunAsync(
            async (db, token) =>
            {
                db.Add(new AppUser { DisplayName = "Nobody" });
                await db.SaveChangesAsync(token);
                throw new InvalidOperationException("on purpose");
            },
            Token));

        await using var after = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(0, await after.Users.CountAsync(Token));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Under_a_lock_no_increment_is_lost(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, server);
        var user = new AppUser { DisplayName = "Counter" };
        await database.Writes.RunAsync((db, _) => { db.Add(user); return Task.CompletedTask; }, Token);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => database.Writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "counter", token);
                var counter = await db.Users.SingleAsync(token);
                counter.AccessFailedCount++;
            },
            Token)));

        await using var after = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(40, (await after.Users.SingleAsync(Token)).AccessFailedCount);
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_and_both_sides_get_through()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql, server);
        var attempts = 0;
        using var bothHoldOne = new SemaphoreSlim(0);

        // Two writers take the same two locks in opposite orders; each waits until the other holds its first one.
        await Task.WhenAll(Crossing("a", "b"), Crossing("b", "a"));

        Assert.True(attempts > 2, $"No attempt was repeated: {attempts}.");

        async Task Crossing(string first, string second)
        {
            var isFirstTry = true;
            await database.Writes.RunAsync(
                async (db, token) =>
                {
                    Interlocked.Increment(ref attempts);
                    await WriteTransactions.LockAsync(db, first, token);
                    if (isFirstTry)
                    {
                        isFirstTry = false;
                        bothHoldOne.Release();
                        while (bothHoldOne.CurrentCount < 2)
                            await Task.Delay(5, token);
                    }

                    await WriteTransactions.LockAsync(db, second, token);
                },
                Token);
        }
    }

    [Fact]
    public async Task Another_process_that_writes_to_the_same_file_is_waited_for()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, server);
        await using var other = await database.Contexts.CreateDbContextAsync(Token);
        await using var theirs = await other.Database.BeginTransactionAsync(Token);
        other.Add(new AppUser { DisplayName = "Other" });
        await other.SaveChangesAsync(Token);

        var ours = Task.Factory.StartNew(() => database.Writes.RunAsync((db, _) => { db.Add(new AppUser { DisplayName = "Ours" }); return Task.CompletedTask; }, Token), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await theirs.CommitAsync(Token);
        await ours;

        await using var after = await database.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(2, await after.Users.CountAsync(Token));
    }
}
