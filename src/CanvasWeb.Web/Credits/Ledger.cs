using System.Diagnostics.Metrics;
using System.Globalization;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Credits;

/// <summary>
/// The books. Verbs that take a context run inside the caller's write transaction, so that credits move together with what they pay for,
/// and save through it (with whatever else the caller has pending); who calls them publishes <see cref="UserEvent.CreditsChanged"/> after
/// the commit. The other verbs have a transaction of their own and publish themselves.
/// </summary>
internal sealed class Ledger
{
    private readonly IDbContextFactory<AppDbContext> _contexts;
    private readonly WriteTransactions _writes;
    private readonly TimeProvider _time;
    private readonly CreditsOptions _options;
    private readonly SiteLimits _limits;
    private readonly AuditLog _audit;
    private readonly UserEvents _events;
    private readonly Counter<long> _postings;

    public Ledger(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time, IOptions<CreditsOptions> options, SiteLimits limits, AuditLog audit, UserEvents events, IMeterFactory meters)
    {
        _contexts = contexts;
        _writes = writes;
        _time = time;
        _options = options.Value;
        _limits = limits;
        _audit = audit;
        _events = events;
        _postings = meters.Create("CanvasWeb.Credits").CreateCounter<long>(
            "credits.postings", "{transaction}", "Ledger transactions posted, by kind. Counts those too whose database transaction is rolled back afterwards.");
    }

    /// <summary>Sets credits aside for a job. For a job that has a hold already nothing moves, whatever became of that hold.</summary>
    /// <param name="expiresAt">When the credits go back by themselves if the job is never settled.</param>
    /// <exception cref="InvalidOperationException">The job's hold is another user's or of another amount.</exception>
    public async Task<HoldOutcome> HoldAsync(
        AppDbContext db, string userId, CreditAmount amount, string jobId, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, CreditAmount.Zero);
        await LockAsync(db, userId, cancellationToken);
        if (await FindAsync(db, HoldKey(jobId), cancellationToken) is { } earlier)
        {
            var held = await AmountAsync(db, earlier.Key, LedgerAccount.Held(userId), cancellationToken);
            if (earlier.UserId != userId || held != amount)
                throw new InvalidOperationException($"Job {jobId} has a hold of {held} for {earlier.UserId}; {amount} for {userId} was asked.");
            return new HoldOutcome.Held();
        }

        await GrantMonthAsync(db, userId, cancellationToken);
        var newest = await NewestAsync(db, userId, cancellationToken);
        if (newest.Balance.Available < amount)
            return new HoldOutcome.NotEnough(newest.Balance.Available);

        var now = _time.GetUtcNow();
        db.Add(new CreditHold { JobId = jobId, UserId = userId, Amount = amount.Amount, HeldAt = now, ExpiresAt = expiresAt });
        await PostAsync(
            db, newest, new() { Key = HoldKey(jobId), Kind = TransactionKind.Hold, UserId = userId, JobId = jobId, At = now },
            available: -amount.Amount, held: amount.Amount, counterpart: null, cancellationToken);
        return new HoldOutcome.Held();
    }

    /// <summary>Takes all or part of what a job holds and returns the rest. Does nothing when the hold was settled before, in any way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than nothing or more than the hold.</exception>
    /// <exception cref="InvalidOperationException">The job never had a hold.</exception>
    public Task<Settlement> CaptureAsync(AppDbContext db, string jobId, CreditAmount amount, CancellationToken cancellationToken) =>
        SettleAsync(db, jobId, TransactionKind.Capture, amount, reason: null, cancellationToken);

    /// <summary>Returns everything that a job holds. Does nothing when the hold was settled before, in any way.</summary>
    /// <param name="reason">One of <see cref="VoidReasons"/>, for the person whose credits they are.</param>
    /// <exception cref="InvalidOperationException">The job never had a hold.</exception>
    public Task<Settlement> VoidAsync(AppDbContext db, string jobId, string reason, CancellationToken cancellationToken) =>
        SettleAsync(db, jobId, TransactionKind.Void, CreditAmount.Zero, reason, cancellationToken);

    /// <summary>Returns what expired holds had set aside: those whose job was never settled, whatever went wrong.</summary>
    /// <returns>How many holds there were; as many as <see cref="CreditsOptions.SweepAtMost"/> when there may be more.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var expired = await db.Set<CreditHold>().AsNoTracking().Where(hold => hold.ExpiresAt <= now).OrderBy(static hold => hold.ExpiresAt)
            .Take(_options.SweepAtMost).Select(static hold => new { hold.JobId, hold.UserId }).ToListAsync(cancellationToken);
        foreach (var hold in expired)
        {
            // One transaction each: one that fails keeps nobody else's credits, and no lock is held for long.
            await _writes.RunAsync((write, token) => SettleAsync(write, hold.JobId, TransactionKind.Expire, CreditAmount.Zero, reason: null, token), cancellationToken);
            _events.Publish(hold.UserId, UserEvent.CreditsChanged);
        }

        return expired.Count;
    }

    /// <summary>What a person has. The first call in a calendar month (UTC) makes that month's grant.</summary>
    public async Task<Balance> BalanceAsync(string userId, CancellationToken cancellationToken)
    {
        await using (var db = await _contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await FindAsync(db, MonthKey(userId, _time.GetUtcNow()), cancellationToken) is not null)
                return (await NewestAsync(db, userId, cancellationToken)).Balance;
        }

        var (balance, granted) = await _writes.RunAsync(
            async (db, token) =>
            {
                await LockAsync(db, userId, token);
                var made = await GrantMonthAsync(db, userId, token);
                return ((await NewestAsync(db, userId, token)).Balance, made);
            },
            cancellationToken);
        if (granted)
            _events.Publish(userId, UserEvent.CreditsChanged);
        return balance;
    }

    /// <summary>What the books say that a person has. Writes nothing: for those who look at somebody else's credits.</summary>
    public async Task<Balance> RecordedAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return (await NewestAsync(db, userId, cancellationToken)).Balance;
    }

    /// <summary>An admin's gift, once for each key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 1 and <see cref="CreditsOptions.LargestGrant"/>.</exception>
    /// <exception cref="ArgumentException">No reason.</exception>
    public async Task<GrantOutcome> GrantAsync(
        string adminId, string userId, CreditAmount amount, string reason, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, new CreditAmount(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, new CreditAmount(_options.LargestGrant));
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var outcome = await _writes.RunAsync(
            async (db, token) =>
            {
                await LockAsync(db, userId, token);
                var key = "admin:" + idempotencyKey;
                if (await FindAsync(db, key, token) is { } earlier)
                {
                    var same = earlier.UserId == userId && await AmountAsync(db, key, LedgerAccount.Available(userId), token) == amount;
                    return same ? GrantOutcome.GrantedBefore : GrantOutcome.KeyUsedForAnother;
                }

                if (!await db.Set<AppUser>().AnyAsync(user => user.Id == userId && user.DeletedAt == null, token))
                    return GrantOutcome.NoSuchUser;
                await PostAsync(
                    db, await NewestAsync(db, userId, token),
                    new() { Key = key, Kind = TransactionKind.AdminGrant, UserId = userId, ActorId = adminId, Reason = Cut(reason.Trim()), At = _time.GetUtcNow() },
                    available: amount.Amount, held: 0, LedgerAccount.Grants, token);
                _audit.Add(db, adminId, "credits.grant", "user:" + userId, FormattableString.Invariant($"{amount.Amount}: {reason.Trim()}"));
                return GrantOutcome.Granted;
            },
            cancellationToken);
        if (outcome == GrantOutcome.Granted)
            _events.Publish(userId, UserEvent.CreditsChanged);
        return outcome;
    }

    /// <summary>Books bought credits, once for each payment.</summary>
    /// <param name="paymentId">The payment provider's id of what was paid.</param>
    /// <returns>False when that payment had been booked before.</returns>
    public async Task<bool> PurchaseAsync(AppDbContext db, string userId, CreditAmount amount, string paymentId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, new CreditAmount(1));
        await LockAsync(db, userId, cancellationToken);
        var key = "purchase:" + paymentId;
        if (await FindAsync(db, key, cancellationToken) is not null)
            return false;
        await PostAsync(
            db, await NewestAsync(db, userId, cancellationToken), new() { Key = key, Kind = TransactionKind.Purchase, UserId = userId, At = _time.GetUtcNow() },
            available: amount.Amount, held: 0, LedgerAccount.Purchases, cancellationToken);
        return true;
    }

    /// <summary>
    /// Takes back credits whose money was returned, as far as they are still there to spend: what was spent already is the site's loss,
    /// never a debt. Once for each refund.
    /// </summary>
    /// <returns>What was taken, now or by the earlier call with this key.</returns>
    public async Task<CreditAmount> RefundAsync(AppDbContext db, string userId, CreditAmount amount, string refundId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, CreditAmount.Zero);
        await LockAsync(db, userId, cancellationToken);
        var key = "refund:" + refundId;
        if (await FindAsync(db, key, cancellationToken) is not null)
            return await AmountAsync(db, key, LedgerAccount.Purchases, cancellationToken);
        var newest = await NewestAsync(db, userId, cancellationToken);
        var taken = newest.Balance.Available < amount ? newest.Balance.Available : amount;
        await PostAsync(
            db, newest, new() { Key = key, Kind = TransactionKind.Refund, UserId = userId, At = _time.GetUtcNow() },
            available: -taken.Amount, held: 0, LedgerAccount.Purchases, cancellationToken);
        return taken;
    }

    /// <summary>A page of what happened to what a person can spend.</summary>
    /// <param name="before">Only lines with a smaller number; null for the newest page.</param>
    public async Task<Statement> StatementAsync(string userId, long? before, CancellationToken cancellationToken)
    {
        var account = LedgerAccount.Available(userId);
        var size = _options.StatementPage;
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var total = (await NewestAsync(db, userId, cancellationToken)).AvailableNumber;
        var top = Math.Clamp((before ?? long.MaxValue) - 1, 0, total);
        var rows = await (
            from entry in db.Set<LedgerEntry>().AsNoTracking()
            where entry.Account == account && entry.Number <= top && entry.Number > top - size
            join transaction in db.Set<LedgerTransaction>() on entry.Transaction equals transaction.Key
            orderby entry.Number descending
            select new { entry, transaction }).ToListAsync(cancellationToken);

        var settleKeys = rows.Where(static row => row.transaction.Kind == TransactionKind.Hold).Select(static row => SettleKey(row.transaction.JobId ?? "")).ToList();
        var paid = await (
            from transaction in db.Set<LedgerTransaction>().AsNoTracking()
            where settleKeys.Contains(transaction.Key)
            join entry in db.Set<LedgerEntry>().Where(static entry => entry.Account == LedgerAccount.Revenue) on transaction.Key equals entry.Transaction into revenue
            from entry in revenue.DefaultIfEmpty()
            select new { transaction.Key, Amount = (long?)entry.Amount }).ToDictionaryAsync(static row => row.Key, static row => row.Amount ?? 0, StringComparer.Ordinal, cancellationToken);

        var lines = rows.Select(row => new StatementLine(
            row.entry.Number ?? 0, row.transaction.At, row.transaction.Kind, row.transaction.JobId, row.transaction.Reason,
            new(row.entry.Amount), new(row.entry.Balance ?? 0), StateOf(row.transaction, -row.entry.Amount)));
        return new(
            [.. lines], total,
            Older: top - size > 0 ? top - size + 1 : null,
            Newer: top < total ? Math.Min(top + size, total) + 1 : null);

        HoldState? StateOf(LedgerTransaction transaction, long held) => transaction.Kind != TransactionKind.Hold ? null
            : !paid.TryGetValue(SettleKey(transaction.JobId ?? ""), out var captured) ? HoldState.Pending
            : captured == held ? HoldState.Paid
            : captured > 0 ? HoldState.PartlyPaid
            : HoldState.Returned;
    }

    private async Task<Settlement> SettleAsync(
        AppDbContext db, string jobId, TransactionKind kind, CreditAmount captured, string? reason, CancellationToken cancellationToken)
    {
        var userId = (await FindAsync(db, HoldKey(jobId), cancellationToken))?.UserId ?? throw new InvalidOperationException($"Job {jobId} has no hold.");
        await LockAsync(db, userId, cancellationToken);

        // Capture, void and expire share one key: whichever is first is the only one.
        var key = SettleKey(jobId);
        if (await FindAsync(db, key, cancellationToken) is { } earlier)
            return new(earlier.Kind, await AmountAsync(db, key, LedgerAccount.Revenue, cancellationToken), IsNew: false);

        var hold = await db.Set<CreditHold>().SingleAsync(row => row.JobId == jobId, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfLessThan(captured, CreditAmount.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(captured, new CreditAmount(hold.Amount));
        db.Remove(hold);
        await PostAsync(
            db, await NewestAsync(db, userId, cancellationToken),
            new() { Key = key, Kind = kind, UserId = userId, JobId = jobId, Reason = reason is null ? null : Cut(reason), At = _time.GetUtcNow() },
            available: hold.Amount - captured.Amount, held: -hold.Amount, LedgerAccount.Revenue, cancellationToken);
        return new(kind, captured, IsNew: true);
    }

    // The caller holds the account's lock.
    private async Task<bool> GrantMonthAsync(AppDbContext db, string userId, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var key = MonthKey(userId, now);
        if (await FindAsync(db, key, cancellationToken) is not null)
            return false;
        var known = await db.Set<LedgerTransaction>().AnyAsync(row => row.UserId == userId && row.Kind == TransactionKind.MonthlyGrant, cancellationToken);
        var amount = known ? _limits.Now.LaterMonthCredits : _limits.Now.FirstMonthCredits;
        await PostAsync(
            db, await NewestAsync(db, userId, cancellationToken), new() { Key = key, Kind = TransactionKind.MonthlyGrant, UserId = userId, At = now },
            available: amount, held: 0, LedgerAccount.Grants, cancellationToken);
        return true;
    }

    // Moves credits of one person. What their two accounts together gain comes from the site's account, and what they lose goes there:
    // the sum is zero because nothing else can be written. The caller holds the account's lock, so nothing comes between reading the
    // newest entries and adding the next ones. Should a caller forget it, the database refuses the second entry with the same number.
    private async Task PostAsync(
        AppDbContext db, Newest newest, LedgerTransaction transaction, long available, long held, string? counterpart, CancellationToken cancellationToken)
    {
        Add(LedgerAccount.Available(transaction.UserId), available, newest.AvailableNumber + 1, newest.Balance.Available.Amount + available);
        Add(LedgerAccount.Held(transaction.UserId), held, newest.HeldNumber + 1, newest.Balance.Held.Amount + held);
        if (counterpart is not null)
            Add(counterpart, -(available + held), number: null, balance: null);

        // Entries first, then the row that seals them: the database checks their sum when it comes.
        await db.SaveChangesAsync(cancellationToken);
        db.Add(transaction);
        await db.SaveChangesAsync(cancellationToken);
        _postings.Add(1, new KeyValuePair<string, object?>("kind", transaction.Kind.ToString()));

        void Add(string account, long amount, long? number, long? balance)
        {
            if (amount != 0)
                db.Add(new LedgerEntry { Transaction = transaction.Key, Account = account, Amount = amount, Number = number, Balance = balance });
        }
    }

    private static async Task<Newest> NewestAsync(AppDbContext db, string userId, CancellationToken cancellationToken)
    {
        var (available, held) = (LedgerAccount.Available(userId), LedgerAccount.Held(userId));
        var rows = await db.Set<LedgerEntry>().AsNoTracking().Where(entry => entry.Account == available).OrderByDescending(static entry => entry.Number).Take(1)
            .Concat(db.Set<LedgerEntry>().AsNoTracking().Where(entry => entry.Account == held).OrderByDescending(static entry => entry.Number).Take(1))
            .ToListAsync(cancellationToken);
        var (a, h) = (rows.Find(row => row.Account == available), rows.Find(row => row.Account == held));
        return new(new(new(a?.Balance ?? 0), new(h?.Balance ?? 0)), a?.Number ?? 0, h?.Number ?? 0);
    }

    private static async Task<CreditAmount> AmountAsync(AppDbContext db, string transaction, string account, CancellationToken cancellationToken) =>
        new(await db.Set<LedgerEntry>().Where(entry => entry.Transaction == transaction && entry.Account == account).Select(static entry => entry.Amount).FirstOrDefaultAsync(cancellationToken));

    private static Task<LedgerTransaction?> FindAsync(AppDbContext db, string key, CancellationToken cancellationToken) =>
        db.Set<LedgerTransaction>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, cancellationToken);

    private static Task LockAsync(AppDbContext db, string userId, CancellationToken cancellationToken) =>
        WriteTransactions.LockAsync(db, "credits:" + userId, cancellationToken);

    private static string HoldKey(string jobId) => "hold:" + jobId;

    private static string SettleKey(string jobId) => "settle:" + jobId;

    private static string MonthKey(string userId, DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"grant:{userId}:{now.UtcDateTime:yyyy-MM}");

    private static string Cut(string reason) => reason.Length <= LedgerTransaction.ReasonLength ? reason : reason[..LedgerTransaction.ReasonLength];

    /// <summary>The end of a person's two accounts.</summary>
    private readonly record struct Newest(Balance Balance, long AvailableNumber, long HeldNumber);
}
