using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Payments;

/// <summary>The one call that we make to Stripe: open a Checkout session (docs.stripe.com/api/checkout/sessions/create).</summary>
internal sealed class StripeCheckout(HttpClient http, IOptions<StripeOptions> options, ILogger<StripeCheckout> logger)
{
    /// <summary>The name under which the purchase's id stands in the metadata of the payment, and so of its charge.</summary>
    public const string PurchaseKey = "canvasweb_purchase";

    private const int LargestAnswerBytes = 1024 * 1024;

    /// <returns>Where to send the buyer; null when Stripe could not be asked or said no (the log has its words).</returns>
    public async Task<Uri?> OpenAsync(CreditPurchase purchase, string product, Uri success, Uri cancel, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.ApiBase, "v1/checkout/sessions"))
        {
            Content = new FormUrlEncodedContent(
            [
                new("mode", "payment"),
                new("client_reference_id", purchase.Id),
                new($"payment_intent_data[metadata][{PurchaseKey}]", purchase.Id),
                new("line_items[0][quantity]", "1"),
                new("line_items[0][price_data][currency]", "usd"),
                new("line_items[0][price_data][unit_amount]", purchase.PriceUsdCents.ToString(CultureInfo.InvariantCulture)),
                new("line_items[0][price_data][product_data][name]", product),
                new("success_url", success.AbsoluteUri),
                new("cancel_url", cancel.AbsoluteUri),
            ]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.SecretKey);
        // Stripe answers a repeated request with the session it made the first time.
        request.Headers.Add("Idempotency-Key", "checkout-" + purchase.Id);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(LargestAnswerBytes, cancellationToken);
            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            if (response.IsSuccessStatusCode && answer.RootElement.TryGetProperty("url", out var url) && Uri.TryCreate(url.GetString(), UriKind.Absolute, out var page))
                return page;
            logger.LogError("Stripe answered {Status} to purchase {PurchaseId}: {Code}", (int)response.StatusCode, purchase.Id, ErrorCode(answer.RootElement));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or InvalidOperationException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogError(error, "Stripe could not be asked for purchase {PurchaseId}", purchase.Id);
        }

        return null;
    }

    private static string? ErrorCode(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            ? (error.TryGetProperty("code", out var code) ? code : error.TryGetProperty("type", out var type) ? type : default) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null
            : null;
}
