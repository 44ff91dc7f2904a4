using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Payments;

/// <summary>Purchases: opened by a click, paid and refunded by what Stripe says.</summary>
internal sealed class CreditShop(WriteTransactions writes, Ledger ledger, UserEvents events, TimeProvider time, IOptions<StripeOptions> options, ILogger<CreditShop> logger)
{
    /// <summary>Notes that somebody wants to buy a package. The same id again is the same purchase.</summary>
    /// <returns>Null when the id belongs to somebody else or to a purchase that is paid.</returns>
    public Task<CreditPurchase?> OpenAsync(string purchaseId, string userId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await LockAsync(db, purchaseId, token);
            if (await db.Set<CreditPurchase>().FindAsync([purchaseId], token) is { } known)
                return known.UserId == userId && known.PaidAt is null ? known : null;
            var purchase = new CreditPurchase(purchaseId, userId, options.Value.Credits, options.Value.PriceUsdCents, time.GetUtcNow());
            db.Add(purchase);
            return purchase;
        },
        cancellationToken);

    /// <summary>Books what Stripe says. A message that comes again changes nothing; messages may come in any order.</summary>
    public async Task BookAsync(StripeEvent happened, CancellationToken cancellationToken)
    {
        var userId = happened switch
        {
            StripeEvent.Paid paid => await BookAsync(paid.PurchaseId, purchase => Pay(purchase, paid), cancellationToken),
            StripeEvent.Refunded refunded => await BookAsync(refunded.PurchaseId, purchase => Refund(purchase, refunded), cancellationToken),
            _ => null,
        };
        if (userId is not null)
            events.Publish(userId, UserEvent.CreditsChanged);
    }

    private async Task<string?> BookAsync(string purchaseId, Func<CreditPurchase, bool> change, CancellationToken cancellationToken) => await writes.RunAsync(
        async (db, token) =>
        {
            await LockAsync(db, purchaseId, token);
            var purchase = await db.Set<CreditPurchase>().FindAsync([purchaseId], token);
            if (purchase is null)
            {
                // Another program may sell through the same Stripe account.
                logger.LogWarning("Stripe speaks of purchase {PurchaseId}, which is not here", purchaseId);
                return null;
            }

            if (!change(purchase))
                return null;
            if (purchase.SessionId is { } session)
                await ledger.PurchaseAsync(db, purchase.UserId, new(purchase.Credits), session, token);
            if (purchase.TakeRefundDue() is { Amount: > 0 } due)
            {
                var taken = await ledger.RefundAsync(db, purchase.UserId, due, FormattableString.Invariant($"{purchase.Id}:{purchase.RefundedCredits}"), token);
                logger.LogInformation("Purchase {PurchaseId} is refunded to {RefundedUsdCents} cents: {Due} credits due, {Taken} taken back", purchase.Id, purchase.RefundedUsdCents, due, taken);
            }

            return purchase.UserId;
        },
        cancellationToken);

    private bool Pay(CreditPurchase purchase, StripeEvent.Paid paid)
    {
        if (purchase.PaidAt is not null)
            return false;
        if (paid.AmountUsdCents != purchase.PriceUsdCents)
        {
            // The page at Stripe was made by us with this price, so somebody has to look at it: coupons or taxes switched on in the account.
            logger.LogError("Purchase {PurchaseId} was paid with {Paid} cents, its price is {Price}: nothing was booked", purchase.Id, paid.AmountUsdCents, purchase.PriceUsdCents);
            return false;
        }

        purchase.Pay(paid.SessionId, time.GetUtcNow());
        return true;
    }

    private static bool Refund(CreditPurchase purchase, StripeEvent.Refunded refunded)
    {
        var before = purchase.RefundedUsdCents;
        purchase.Refund(refunded.SumUsdCents);
        return purchase.RefundedUsdCents > before;
    }

    private static Task LockAsync(AppDbContext db, string purchaseId, CancellationToken cancellationToken) =>
        WriteTransactions.LockAsync(db, "purchase:" + purchaseId, cancellationToken);
}
