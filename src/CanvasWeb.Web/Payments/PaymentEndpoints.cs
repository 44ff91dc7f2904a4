using System.Security.Claims;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Payments;

internal static class PaymentEndpoints
{
    /// <summary>POST with an antiforgery token and <c>purchase</c>, an id made with the form.</summary>
    public const string Checkout = "/payments/checkout";

    public const string Webhook = "/payments/stripe/webhook";

    public static async Task<Results<RedirectHttpResult, ProblemHttpResult>> CheckoutAsync(
        [FromForm] string purchase, ClaimsPrincipal user, HttpRequest request, CreditShop shop, StripeCheckout stripe,
        IOptions<StripeOptions> options, IStringLocalizer<CreditsText> text, CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured)
            return TypedResults.Problem("This site sells no credits.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:payments-not-configured");
        if (!RandomId.IsValid(purchase) || await shop.OpenAsync(purchase, user.UserId(), cancellationToken) is not { } opened)
            return TypedResults.Redirect(CreditsRoutes.Page + "?checkout=again");

        var site = new Uri($"{request.Scheme}://{request.Host}");
        var page = await stripe.OpenAsync(
            opened, text["Product", opened.Credits], new(site, CreditsRoutes.Page + "?checkout=done"), new(site, CreditsRoutes.Page + "?checkout=canceled"), cancellationToken);
        return TypedResults.Redirect(page?.AbsoluteUri ?? CreditsRoutes.Page + "?checkout=failed");
    }

    public static async Task<Results<Ok, ProblemHttpResult>> WebhookAsync(
        HttpRequest request, CreditShop shop, IOptions<StripeOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var stripe = options.Value;
        if (stripe.WebhookSecret.Length == 0)
            return TypedResults.Problem("This site has no webhook secret.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:payments-not-configured");

        // The signature is of the bytes as they came: parsing and writing them again would change them.
        var body = await ReadAsync(request, stripe.LargestWebhookBytes, cancellationToken);
        if (body is null)
            return TypedResults.Problem("The message is too large.", statusCode: StatusCodes.Status413PayloadTooLarge, type: "urn:canvasweb:webhook-too-large");
        if (!StripeSignature.IsGood(request.Headers["Stripe-Signature"], body, stripe.WebhookSecret, time.GetUtcNow(), stripe.Tolerance))
            return TypedResults.Problem("The signature is not good.", statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:webhook-signature");
        if (StripeEvent.Read(body) is not { } happened)
            return TypedResults.Problem("The message is not an event.", statusCode: StatusCodes.Status400BadRequest, type: "urn:canvasweb:webhook-message");
        await shop.BookAsync(happened, cancellationToken);
        return TypedResults.Ok();
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > limit)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
