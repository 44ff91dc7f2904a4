using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Credits;

/// <summary>A database with a ledger, and short names for what tests do with it.</summary>
internal sealed class Books(TestDatabase database) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestDatabase Database => database;

    public ManualTime Time => database.Time;

    public Ledger Ledger => database.Services.GetRequiredService<Ledger>();

    public static async Task<Books> OpenAsync(DatabaseKind kind, PostgreSqlServer server, Dictionary<string, string?>? settings = null) =>
        new(await TestDatabase.CreateAsync(kind, server, builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings ?? []);
            builder.Services.AddCredits(builder.Configuration);
        }));

    public async Task<string> NewUserAsync()
    {
        var user = new AppUser { CreatedAt = Time.GetUtcNow() };
        user.UserName = user.NormalizedUserName = user.Id;
        await database.Writes.RunAsync(
            (db, _) =>
            {
                db.Add(user);
                return Task.CompletedTask;
            },
            Token);
        return user.Id;
    }

    /// <summary>Somebody with exactly this much: the first month's 50 and a grant of the rest.</summary>
    public async Task<string> NewUserWithAsync(long amount)
    {
        var user = await NewUserAsync();
        await Ledger.BalanceAsync(user, Token);
        if (amount > 50)
            await Ledger.GrantAsync("admin", user, new(amount - 50), "test", RandomId.New(), Token);
        return user;
    }

    public Task<HoldOutcome> HoldAsync(string user, long amount, string job, TimeSpan? expiresIn = null) => database.Writes.RunAsync(
        (db, token) => Ledger.HoldAsync(db, user, new(amount), job, Time.GetUtcNow() + (expiresIn ?? TimeSpan.FromHours(1)), token), Token);

    public Task<Settlement> CaptureAsync(string job, long amount) =>
        database.Writes.RunAsync((db, token) => Ledger.CaptureAsync(db, job, new(amount), token), Token);

    public Task<Settlement> VoidAsync(string job, string reason = "canceled") =>
        database.Writes.RunAsync((db, token) => Ledger.VoidAsync(db, job, reason, token), Token);

    public Task<bool> PurchaseAsync(string user, long amount, string payment) =>
        database.Writes.RunAsync((db, token) => Ledger.PurchaseAsync(db, user, new(amount), payment, token), Token);

    public async Task<long> RefundAsync(string user, long amount, string refund) =>
        (await database.Writes.RunAsync((db, token) => Ledger.RefundAsync(db, user, new(amount), refund, token), Token)).Amount;

    public async Task<(long Available, long Held)> BalanceAsync(string user)
    {
        var balance = await Ledger.BalanceAsync(user, Token);
        return (balance.Available.Amount, balance.Held.Amount);
    }

    public Task<LedgerAudit> AuditAsync() => database.Services.GetRequiredService<LedgerAuditor>().AuditAsync(Token);

    public async ValueTask DisposeAsync()
    {
        // Whatever a test did, the books are right after it.
        var audit = await AuditAsync();
        await database.DisposeAsync();
        Assert.Empty(audit.Problems);
    }
}
