using CanvasWeb.Web.Credits;

namespace CanvasWeb.Web.Tests.Credits;

/// <summary>The auditor finds what is wrong: rows that the database would have refused are handed to it directly.</summary>
public sealed class LedgerAuditTests
{
    private const string Available = "user:ann:available";
    private const string Held = "user:ann:held";

    [Fact]
    public void Right_books_have_no_problem() => Assert.Empty(Audit(s_entries, s_transactions, s_holds));

    [Fact]
    public void A_lost_entry_shows() => Assert.Equal(
        ["all accounts together sum to -50", "grant sums to -50", $"{Available} has number 2 where 1 belongs", $"{Available} says 42 after entry 1, its entries sum to -8", $"{Available} is at -8 after entry 1"],
        Audit([s_entries[0], .. s_entries[2..]], s_transactions, s_holds));

    [Fact]
    public void A_changed_running_balance_shows() => Assert.Equal(
        [$"{Available} says 43 after entry 2, its entries sum to 42"],
        Audit([.. s_entries[..2], Entry("hold:job", Available, -8, 2, 43), s_entries[3]], s_transactions, s_holds));

    [Fact]
    public void Entries_without_a_transaction_show() =>
        Assert.Equal(["grant has entries and no transaction"], Audit(s_entries, s_transactions[1..], s_holds));

    [Fact]
    public void A_hold_that_is_not_listed_shows() => Assert.Equal(["job job holds 8 and is listed with "], Audit(s_entries, s_transactions, []));

    [Fact]
    public void A_listed_hold_without_a_hold_shows() =>
        Assert.Equal(["job other is listed as held and has no hold"], Audit(s_entries, s_transactions, [.. s_holds, Hold("other", 1)]));

    [Fact]
    public void A_hold_settled_twice_shows()
    {
        LedgerEntry[] entries =
        [
            .. s_entries, Entry("settle:job", Held, -8, 2, 0), Entry("settle:job", "revenue", 8),
            Entry("again", Held, -8, 3, -8), Entry("again", "revenue", 8),
        ];
        LedgerTransaction[] transactions = [.. s_transactions, Transaction("settle:job", TransactionKind.Capture, "job"), Transaction("again", TransactionKind.Void, "job")];
        Assert.Equal(
            [$"{Held} is at -8 after entry 3", "job job was settled 2 times", "job job held 8 and its settlement released 16"],
            Audit(entries, transactions, []));
    }

    [Fact]
    public void A_settlement_without_a_hold_and_one_whose_hold_is_still_listed_show()
    {
        LedgerEntry[] entries = [.. s_entries, Entry("settle:job", Held, -8, 2, 0), Entry("settle:job", "revenue", 8)];
        LedgerTransaction[] transactions = [.. s_transactions, Transaction("settle:job", TransactionKind.Capture, "job"), Transaction("settle:x", TransactionKind.Void, "x")];
        Assert.Equal(["job job is settled and still listed as held", "job x was settled and never held anything"], Audit(entries, transactions, s_holds));
    }

    private static readonly LedgerEntry[] s_entries =
        [Entry("grant", "grants", -50), Entry("grant", Available, 50, 1, 50), Entry("hold:job", Available, -8, 2, 42), Entry("hold:job", Held, 8, 1, 8)];

    private static readonly LedgerTransaction[] s_transactions = [Transaction("grant", TransactionKind.MonthlyGrant), Transaction("hold:job", TransactionKind.Hold, "job")];

    private static readonly CreditHold[] s_holds = [Hold("job", 8)];

    private static string[] Audit(LedgerEntry[] entries, LedgerTransaction[] transactions, CreditHold[] holds) => [.. LedgerAudit.Of(transactions, entries, holds).Problems];

    private static LedgerEntry Entry(string transaction, string account, long amount, long? number = null, long? balance = null) =>
        new() { Transaction = transaction, Account = account, Amount = amount, Number = number, Balance = balance };

    private static LedgerTransaction Transaction(string key, TransactionKind kind, string? job = null) => new() { Key = key, Kind = kind, UserId = "ann", JobId = job, At = default };

    private static CreditHold Hold(string job, long amount) => new() { JobId = job, UserId = "ann", Amount = amount, HeldAt = default, ExpiresAt = default };
}
