namespace CanvasWeb.Web.Payments;

/// <summary>Buying credits: Stripe Checkout and its webhook.</summary>
internal static class PaymentsFeature
{
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StripeOptions>().Bind(configuration.GetSection(StripeOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CreditShop>();
        services.AddHttpClient<StripeCheckout>(static client => client.Timeout = TimeSpan.FromSeconds(20));
        return services;
    }

    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        app.MapPost(PaymentEndpoints.Checkout, PaymentEndpoints.CheckoutAsync).RequireAuthorization();
        // Stripe signs in by its signature, and no browser ever comes here.
        app.MapPost(PaymentEndpoints.Webhook, PaymentEndpoints.WebhookAsync).AllowAnonymous().DisableAntiforgery();
    }
}
