namespace CanvasWeb.Web.Credits;

/// <summary>
/// A hold that has not been settled: the work list of the expiry sweep and what a statement shows as pending. Deleted when the hold is
/// settled. The truth is in the ledger; <see cref="LedgerAuditor"/> checks that this list agrees with it.
/// </summary>
internal sealed class CreditHold
{
    public required string JobId { get; init; }

    public required string UserId { get; init; }

    public required long Amount { get; init; }

    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>When the sweep returns the credits if nothing else has settled the hold.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
