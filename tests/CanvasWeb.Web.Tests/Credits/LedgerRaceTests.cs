using System.Collections.Concurrent;
using System.Security.Cryptography;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Credits;

/// <summary>What must hold when many do the same thing at once.</summary>
public sealed class LedgerRaceTests(PostgreSqlServer server, ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Thirty_two_spenders_never_spend_more_than_there_is(DatabaseKind kind)
    {
        const int Spenders = 32;
        const int Requests = 100;
        const long Start = 3_000;
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"seed {seed}");
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(Start);
        long captured = 0, open = 0;
        int held = 0, refused = 0;
        var started = TimeProvider.System.GetTimestamp();

        await Parallel.ForAsync(0, Spenders, new ParallelOptions { MaxDegreeOfParallelism = Spenders, CancellationToken = Token }, async (spender, _) =>
        {
            var random = new Random(unchecked((seed * 31) + spender));
            for (var request = 0; request < Requests; request++)
            {
                var (job, price) = ($"{spender}-{request}", random.Next(1, 9));
                if (await books.HoldAsync(user, price, job) is not HoldOutcome.Held)
                {
                    Interlocked.Increment(ref refused);
                    continue;
                }

                Interlocked.Increment(ref held);
                switch (random.Next(20))
                {
                    case 0:
                        Interlocked.Add(ref open, price); // the worker is still at it
                        break;
                    case < 4:
                        Assert.True((await books.VoidAsync(job)).IsNew);
                        break;
                    default:
                        var paid = random.Next(0, price + 1);
                        Assert.True((await books.CaptureAsync(job, paid)).IsNew);
                        Interlocked.Add(ref captured, paid);
                        break;
                }
            }
        });

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        output.WriteLine($"{held} held, {refused} refused, {captured} credits paid, {open} still held; {seconds:f1} s, {((2 * held) + refused) / seconds:f0} transactions/s");
        var audit = await books.AuditAsync();
        Assert.Empty(audit.Problems);
        Assert.Equal((Start - captured - open, open), await books.BalanceAsync(user));
        Assert.Equal(captured, audit.Balances[LedgerAccount.Revenue]);
        Assert.Equal(Spenders * Requests, held + refused);
        Assert.True(refused > 0, "the balance never ran short, so the test tested nothing");
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_hold_is_settled_once_whoever_comes_first(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(500);
        for (var round = 0; round < 10; round++)
        {
            var job = $"job{round}";
            var before = await books.BalanceAsync(user);
            await books.HoldAsync(user, 10, job, TimeSpan.Zero);
            var settlements = new ConcurrentBag<Settlement>();
            await Parallel.ForAsync(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token }, async (racer, token) =>
            {
                if (racer % 3 == 0)
                    settlements.Add(await books.CaptureAsync(job, 7));
                else if (racer % 3 == 1)
                    settlements.Add(await books.VoidAsync(job));
                else
                    await books.Ledger.ExpireAsync(token);
            });

            // The sweep may have been the winner: then nobody else was new, and all were told the same.
            var end = await books.CaptureAsync(job, 7);
            Assert.InRange(settlements.Count(static settlement => settlement.IsNew), end.Kind == TransactionKind.Expire ? 0 : 1, end.Kind == TransactionKind.Expire ? 0 : 1);
            Assert.All(settlements, settlement => Assert.Equal(end, settlement with { IsNew = false }));
            Assert.Equal((before.Available - end.Captured.Amount, 0), await books.BalanceAsync(user));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_month_is_granted_once_however_many_ask_first(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        for (var round = 0; round < 5; round++)
        {
            var user = await books.NewUserAsync();
            await Parallel.ForAsync(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (racer, _) =>
            {
                if (racer % 2 == 0)
                    Assert.Equal(50, (await books.BalanceAsync(user)) is var (available, held) ? available + held : 0);
                else
                    await books.HoldAsync(user, 1, $"{user[..8]}-{racer}");
            });

            Assert.Equal((42, 8), await books.BalanceAsync(user));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_grant_a_payment_and_a_hold_happen_once_when_sent_many_times_at_once(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(50);
        var done = 0;
        await Parallel.ForAsync(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Token }, async (racer, token) =>
        {
            var first = (racer % 3) switch
            {
                0 => await books.Ledger.GrantAsync("admin", user, new(20), "once", "key", token) == GrantOutcome.Granted,
                1 => await books.PurchaseAsync(user, 115, "payment"),
                _ => await books.HoldAsync(user, 5, "job") is not HoldOutcome.Held,
            };
            if (first)
                Interlocked.Increment(ref done);
        });

        Assert.Equal(2, done);
        Assert.Equal((180, 5), await books.BalanceAsync(user));
    }
}
