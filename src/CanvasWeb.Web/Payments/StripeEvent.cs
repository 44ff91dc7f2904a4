using System.Text.Json;

namespace CanvasWeb.Web.Payments;

/// <summary>What we read out of a webhook: a union of the messages that matter to the books.</summary>
internal abstract record StripeEvent
{
    /// <summary>The longest id of Stripe's that we store; theirs have 66 characters and the documentation promises no length.</summary>
    public const int IdLength = 150;

    private StripeEvent()
    {
    }

    /// <summary>A Checkout session whose money is there.</summary>
    internal sealed record Paid(string SessionId, string PurchaseId, long AmountUsdCents) : StripeEvent;

    /// <summary>Money went back. The amount is the sum of all refunds of this payment.</summary>
    internal sealed record Refunded(string PurchaseId, long SumUsdCents) : StripeEvent;

    /// <summary>Anything else: another kind, not paid yet, or not about credits.</summary>
    internal sealed record Other(string Kind) : StripeEvent;

    /// <summary>Reads a message; null when it is none of Stripe's.</summary>
    public static StripeEvent? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var kind = Text(json.RootElement, "type");
            if (kind is null || !json.RootElement.TryGetProperty("data", out var data) || !data.TryGetProperty("object", out var subject))
                return null;
            return kind switch
            {
                // Cards are paid when the session completes. Bank transfers complete it unpaid and send the second message days later.
                "checkout.session.completed" or "checkout.session.async_payment_succeeded" when Text(subject, "payment_status") == "paid" => Session(kind, subject),
                "charge.refunded" => Charge(kind, subject),
                _ => new Other(kind),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static StripeEvent Session(string kind, JsonElement session) =>
        Text(session, "id") is { Length: <= IdLength } id && Text(session, "client_reference_id") is { } purchase
        && Number(session, "amount_total") is { } amount && Text(session, "currency") == "usd"
            ? new Paid(id, purchase, amount)
            : new Other(kind);

    // The charge carries the metadata that the session gave to its payment, so that a refund is understood even before the payment's own message.
    private static StripeEvent Charge(string kind, JsonElement charge) =>
        charge.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && Text(metadata, StripeCheckout.PurchaseKey) is { } purchase
        && Number(charge, "amount_refunded") is { } refunded
            ? new Refunded(purchase, refunded)
            : new Other(kind);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
