namespace CanvasWeb.Web.Credits;

/// <summary>
/// One line of one account. Entries of a person's accounts are numbered 1, 2, 3… without gaps and carry the balance after them, so the
/// newest one is the balance. The site's own accounts are summed when somebody asks: numbering them would make everybody's transactions
/// wait for each other. Never updated, never deleted.
/// </summary>
internal sealed class LedgerEntry
{
    /// <summary>The key of the transaction that this entry is part of.</summary>
    public required string Transaction { get; init; }

    public required string Account { get; init; }

    /// <summary>What came in (positive) or went out (negative). Never zero.</summary>
    public required long Amount { get; init; }

    /// <summary>Place within a person's account, from 1; null in the site's own accounts.</summary>
    public long? Number { get; init; }

    /// <summary>The account's balance after this entry; null in the site's own accounts.</summary>
    public long? Balance { get; init; }
}
