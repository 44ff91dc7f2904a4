namespace CanvasWeb.Web.Credits;

/// <summary>
/// One movement of credits and why. Written after its entries: this row is the seal, and the database refuses it when they do not sum
/// to zero, and refuses entries for a transaction that has been sealed. Never updated, never deleted.
/// </summary>
internal sealed class LedgerTransaction
{
    public const int KeyLength = 200;
    public const int ReasonLength = 200;

    /// <summary>The idempotency key, like "hold:JOB". What has the same key can only happen once.</summary>
    public required string Key { get; init; }

    public required TransactionKind Kind { get; init; }

    /// <summary>Whose credits moved. No foreign key: the books outlive a deleted account.</summary>
    public required string UserId { get; init; }

    public string? JobId { get; init; }

    /// <summary>An admin's own words, or one of <see cref="VoidReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Who made the transaction, where that is not the user: an admin.</summary>
    public string? ActorId { get; init; }

    public required DateTimeOffset At { get; init; }
}
