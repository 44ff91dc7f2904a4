using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Credits;

public sealed class LedgerTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_hold_moves_credits_aside_and_a_capture_takes_part_and_returns_the_rest(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();

        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 8, "job"));
        Assert.Equal((42, 8), await books.BalanceAsync(user));

        Assert.Equal(new(TransactionKind.Capture, new(6), IsNew: true), await books.CaptureAsync("job", 6));
        Assert.Equal((44, 0), await books.BalanceAsync(user));
        Assert.Equal(6, (await books.AuditAsync()).Balances[LedgerAccount.Revenue]);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_hold_is_refused_when_the_balance_is_short_and_nothing_moves(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.HoldAsync(user, 47, "first");

        Assert.Equal(new HoldOutcome.NotEnough(new(3)), await books.HoldAsync(user, 4, "second"));
        Assert.Equal((3, 47), await books.BalanceAsync(user));
        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 3, "third"));
        Assert.Equal((0, 50), await books.BalanceAsync(user));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_job_holds_once_and_another_amount_for_the_same_job_is_a_bug(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.HoldAsync(user, 8, "job");

        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 8, "job"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => books.HoldAsync(user, 9, "job"));
        Assert.Equal((42, 8), await books.BalanceAsync(user));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_settled_hold_stays_settled_the_way_it_was_first(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.HoldAsync(user, 8, "job");
        await books.CaptureAsync("job", 8);

        Assert.Equal(new(TransactionKind.Capture, new(8), IsNew: false), await books.VoidAsync("job"));
        Assert.Equal(new(TransactionKind.Capture, new(8), IsNew: false), await books.CaptureAsync("job", 3));
        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 8, "job"));
        Assert.Equal((42, 0), await books.BalanceAsync(user));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Only_what_is_held_can_be_captured_and_only_where_something_was_held(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.HoldAsync(user, 8, "job");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => books.CaptureAsync("job", 9));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => books.CaptureAsync("job", -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => books.HoldAsync(user, -1, "other"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => books.CaptureAsync("other", 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => books.VoidAsync("other"));
        Assert.Equal((42, 8), await books.BalanceAsync(user));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_job_that_costs_nothing_holds_and_settles_nothing(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();

        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 0, "job"));
        Assert.True((await books.CaptureAsync("job", 0)).IsNew);
        Assert.False((await books.CaptureAsync("job", 0)).IsNew);
        Assert.Equal((50, 0), await books.BalanceAsync(user));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_happens_in_a_transaction_that_fails_never_happened(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(50);

        await Assert.ThrowsAsync<TimeoutException>(() => books.Database.Writes.RunAsync(
            async (db, token) =>
            {
                await books.Ledger.HoldAsync(db, user, new(8), "job", books.Time.GetUtcNow(), token);
                await books.Ledger.CaptureAsync(db, "job", new(8), token);
                throw new TimeoutException();
            },
            Token));

        Assert.Equal((50, 0), await books.BalanceAsync(user));
        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 9, "job"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Expired_holds_come_back_and_others_stay(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.HoldAsync(user, 5, "short", TimeSpan.FromMinutes(10));
        await books.HoldAsync(user, 7, "long", TimeSpan.FromMinutes(30));
        await books.HoldAsync(user, 1, "done", TimeSpan.FromMinutes(10));
        await books.CaptureAsync("done", 1);

        books.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, await books.Ledger.ExpireAsync(Token));
        books.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await books.Ledger.ExpireAsync(Token));
        Assert.Equal(0, await books.Ledger.ExpireAsync(Token));

        Assert.Equal((42, 7), await books.BalanceAsync(user));
        Assert.Equal(new(TransactionKind.Expire, CreditAmount.Zero, IsNew: false), await books.CaptureAsync("short", 5));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Each_calendar_month_grants_once_and_the_first_grants_more(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();

        Assert.Equal((50, 0), await books.BalanceAsync(user)); // 14 March
        books.Time.Advance(TimeSpan.FromDays(17));
        Assert.Equal((50, 0), await books.BalanceAsync(user)); // 31 March
        books.Time.Advance(TimeSpan.FromHours(14) + TimeSpan.FromMinutes(59));
        Assert.Equal((50, 0), await books.BalanceAsync(user)); // 31 March, 23:59
        books.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((65, 0), await books.BalanceAsync(user)); // 1 April, midnight UTC
        books.Time.Advance(TimeSpan.FromDays(80));
        Assert.Equal((80, 0), await books.BalanceAsync(user)); // June: May passed without a visit
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_months_grant_can_be_spent_before_anybody_looked_at_the_balance(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserAsync();
        await books.Ledger.GrantAsync("admin", user, new(5), "welcome", "1", Token);

        Assert.Equal(new HoldOutcome.NotEnough(new(55)), await books.HoldAsync(user, 56, "much"));
        Assert.IsType<HoldOutcome.Held>(await books.HoldAsync(user, 55, "all"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_admins_grant_happens_once_for_its_key_and_only_to_people_who_exist(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(50);

        Assert.Equal(GrantOutcome.Granted, await books.Ledger.GrantAsync("admin", user, new(20), " For the fair ", "key", Token));
        Assert.Equal(GrantOutcome.GrantedBefore, await books.Ledger.GrantAsync("admin", user, new(20), "For the fair", "key", Token));
        Assert.Equal(GrantOutcome.KeyUsedForAnother, await books.Ledger.GrantAsync("admin", user, new(21), "For the fair", "key", Token));
        Assert.Equal(GrantOutcome.NoSuchUser, await books.Ledger.GrantAsync("admin", RandomId.New(), new(20), "For the fair", "other", Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => books.Ledger.GrantAsync("admin", user, new(100_001), "Too much", "big", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => books.Ledger.GrantAsync("admin", user, new(1), " ", "why", Token));

        Assert.Equal((70, 0), await books.BalanceAsync(user));
        Assert.Equal("For the fair", (await books.Ledger.StatementAsync(user, null, Token)).Lines[0].Reason);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_payment_books_once_and_its_refund_takes_what_is_left_and_no_more(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(50);

        Assert.True(await books.PurchaseAsync(user, 115, "payment"));
        Assert.False(await books.PurchaseAsync(user, 115, "payment"));
        await books.HoldAsync(user, 100, "job");

        Assert.Equal(40, await books.RefundAsync(user, 40, "part"));
        Assert.Equal(25, await books.RefundAsync(user, 75, "rest"));
        Assert.Equal(25, await books.RefundAsync(user, 75, "rest"));
        Assert.Equal((0, 100), await books.BalanceAsync(user));
        Assert.Equal(-50, (await books.AuditAsync()).Balances[LedgerAccount.Purchases]);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_statement_lists_every_line_with_its_running_balance_and_how_holds_stand(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var user = await books.NewUserWithAsync(50);
        await books.HoldAsync(user, 4, "paid");
        await books.CaptureAsync("paid", 4);
        await books.HoldAsync(user, 4, "partly");
        await books.CaptureAsync("partly", 3);
        await books.HoldAsync(user, 4, "voided");
        await books.VoidAsync("voided", "The model is missing.");
        await books.HoldAsync(user, 4, "pending");

        var statement = await books.Ledger.StatementAsync(user, null, Token);

        Assert.Equal(
            [
                (7, TransactionKind.Hold, "pending", -4, 39, HoldState.Pending),
                (6, TransactionKind.Void, "voided", 4, 43, null),
                (5, TransactionKind.Hold, "voided", -4, 39, HoldState.Returned),
                (4, TransactionKind.Capture, "partly", 1, 43, null),
                (3, TransactionKind.Hold, "partly", -4, 42, HoldState.PartlyPaid),
                (2, TransactionKind.Hold, "paid", -4, 46, HoldState.Paid),
                (1, TransactionKind.MonthlyGrant, null, 50, 50, (HoldState?)null),
            ],
            statement.Lines.Select(static line => (line.Number, line.Kind, line.JobId, line.Amount.Amount, line.Balance.Amount, line.Hold)));
        Assert.Equal("The model is missing.", statement.Lines[1].Reason);
        Assert.Equal((7, null, null), (statement.Total, statement.Older, statement.Newer));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_statement_is_read_page_by_page_in_both_directions(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server, new() { ["Credits:StatementPage"] = "3" });
        var user = await books.NewUserWithAsync(50);
        for (var grant = 2; grant <= 7; grant++)
            await books.Ledger.GrantAsync("admin", user, new(1), "more", $"grant{grant}", Token);

        var pages = new List<string>();
        var newer = new List<long?>();
        for (long? before = null; ;)
        {
            var page = await books.Ledger.StatementAsync(user, before, Token);
            pages.Add(string.Join(' ', page.Lines.Select(static line => line.Number)));
            newer.Add(page.Newer);
            if (page.Older is null)
                break;
            before = page.Older;
        }

        Assert.Equal(["7 6 5", "4 3 2", "1"], pages);
        Assert.Equal([null, 8, 5], newer);
        Assert.Equal([7L, 6L, 5L], (await books.Ledger.StatementAsync(user, 8, Token)).Lines.Select(static line => line.Number));
        Assert.Empty((await books.Ledger.StatementAsync(await books.NewUserAsync(), null, Token)).Lines);
    }
}
