using CanvasWeb.Web.Credits;

namespace CanvasWeb.Web.Payments;

/// <summary>
/// Somebody's try to buy a package, from the click to the refund. Not the books: it says what to book, and what it says is written in the
/// same transaction as the ledger's rows.
/// </summary>
internal sealed class CreditPurchase(string id, string userId, long credits, long priceUsdCents, DateTimeOffset createdAt)
{
    /// <summary>Made with the buy form, so that sending it twice is one purchase. Stripe carries it as the session's client_reference_id.</summary>
    public string Id { get; private set; } = id;

    public string UserId { get; private set; } = userId;

    public long Credits { get; private set; } = credits;

    public long PriceUsdCents { get; private set; } = priceUsdCents;

    public DateTimeOffset CreatedAt { get; private set; } = createdAt;

    /// <summary>Stripe's id of the Checkout session that was paid.</summary>
    public string? SessionId { get; private set; }

    public DateTimeOffset? PaidAt { get; private set; }

    /// <summary>What Stripe says was returned in all, in US cents.</summary>
    public long RefundedUsdCents { get; private set; }

    /// <summary>The credits that belong to the returned money; those that were spent already could not be taken back.</summary>
    public long RefundedCredits { get; private set; }

    public void Pay(string sessionId, DateTimeOffset now) => (SessionId, PaidAt) = (sessionId, now);

    /// <summary>Takes note of returned money. Stripe sends the sum so far, perhaps late and out of order: only a larger one is news.</summary>
    public void Refund(long sumUsdCents) => RefundedUsdCents = Math.Clamp(sumUsdCents, RefundedUsdCents, PriceUsdCents);

    /// <summary>How many more credits have to go back; from then on they count as gone back.</summary>
    public CreditAmount TakeRefundDue()
    {
        // Whole credits for the money returned, rounded in the buyer's favour. Unpaid: the refund came before the payment's own message.
        var due = PaidAt is null ? 0 : Credits * RefundedUsdCents / PriceUsdCents;
        var more = due - RefundedCredits;
        RefundedCredits = due;
        return new(more);
    }
}
