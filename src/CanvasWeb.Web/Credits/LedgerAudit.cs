using System.Collections.Immutable;

namespace CanvasWeb.Web.Credits;

/// <summary>What an audit found.</summary>
/// <param name="Balances">Every account's sum.</param>
/// <param name="Problems">Sentences; empty when the books are right.</param>
internal sealed record LedgerAudit(ImmutableSortedDictionary<string, long> Balances, ImmutableArray<string> Problems)
{
    public bool IsRight => Problems.IsEmpty;

    /// <summary>Folds the rows into balances and checks every rule of the books on the way. Pure.</summary>
    public static LedgerAudit Of(IReadOnlyList<LedgerTransaction> transactions, IReadOnlyList<LedgerEntry> entries, IReadOnlyList<CreditHold> openHolds)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var balances = entries.GroupBy(static entry => entry.Account, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(static account => account.Key, static account => account.Sum(static entry => entry.Amount), StringComparer.Ordinal);
        if (balances.Values.Sum() is not 0 and var off)
            problems.Add($"all accounts together sum to {off}");

        var sealedKeys = transactions.Select(static transaction => transaction.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var transaction in entries.GroupBy(static entry => entry.Transaction, StringComparer.Ordinal))
        {
            if (!sealedKeys.Contains(transaction.Key))
                problems.Add($"{transaction.Key} has entries and no transaction");
            if (transaction.Sum(static entry => entry.Amount) is not 0 and var sum)
                problems.Add($"{transaction.Key} sums to {sum}");
        }

        foreach (var account in entries.Where(static entry => LedgerAccount.IsUsers(entry.Account)).GroupBy(static entry => entry.Account, StringComparer.Ordinal))
        {
            long balance = 0;
            long number = 0;
            foreach (var entry in account.OrderBy(static entry => entry.Number))
            {
                balance += entry.Amount;
                number++;
                if (entry.Number != number)
                    problems.Add($"{account.Key} has number {entry.Number} where {number} belongs");
                if (entry.Balance != balance)
                    problems.Add($"{account.Key} says {entry.Balance} after entry {number}, its entries sum to {balance}");
                if (balance < 0)
                    problems.Add($"{account.Key} is at {balance} after entry {number}");
            }
        }

        problems.AddRange(OfHolds(transactions, entries, openHolds));
        return new(balances, problems.ToImmutable());
    }

    private static IEnumerable<string> OfHolds(IReadOnlyList<LedgerTransaction> transactions, IReadOnlyList<LedgerEntry> entries, IReadOnlyList<CreditHold> openHolds)
    {
        // Grouped and summed, not looked up: in wrong books anything may stand twice.
        var held = entries.Where(static entry => LedgerAccount.IsUsers(entry.Account) && entry.Account.EndsWith(":held", StringComparison.Ordinal))
            .GroupBy(static entry => entry.Transaction, StringComparer.Ordinal).ToDictionary(static rows => rows.Key, static rows => rows.Sum(static entry => entry.Amount), StringComparer.Ordinal);
        var settled = transactions.Where(static transaction => transaction.Kind is TransactionKind.Capture or TransactionKind.Void or TransactionKind.Expire)
            .GroupBy(static transaction => transaction.JobId ?? "", StringComparer.Ordinal).ToDictionary(static rows => rows.Key, static rows => rows.ToList(), StringComparer.Ordinal);
        var open = openHolds.ToDictionary(static hold => hold.JobId, StringComparer.Ordinal);
        foreach (var hold in transactions.Where(static transaction => transaction.Kind == TransactionKind.Hold))
        {
            var jobId = hold.JobId ?? "";
            var amount = held.GetValueOrDefault(hold.Key);
            open.Remove(jobId, out var listed);
            if (settled.Remove(jobId, out var settlements))
            {
                if (settlements.Count > 1)
                    yield return $"job {jobId} was settled {settlements.Count} times";
                var released = -settlements.Sum(settlement => held.GetValueOrDefault(settlement.Key));
                if (released != amount)
                    yield return $"job {jobId} held {amount} and its settlement released {released}";
                if (listed is not null)
                    yield return $"job {jobId} is settled and still listed as held";
            }
            else if (listed?.Amount != amount)
            {
                yield return $"job {jobId} holds {amount} and is listed with {listed?.Amount}";
            }
        }

        foreach (var jobId in settled.Keys)
            yield return $"job {jobId} was settled and never held anything";
        foreach (var jobId in open.Keys)
            yield return $"job {jobId} is listed as held and has no hold";
    }
}
