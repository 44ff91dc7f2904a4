using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Payments;

/// <summary>Selling credits by Stripe Checkout. Without both secrets nothing is sold, and the credits page says so.</summary>
internal sealed record StripeOptions
{
    public const string Section = "Stripe";

    /// <summary>"sk_…", from the environment or a secret store, never from a file in the repository.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>"whsec_…", the secret of the webhook endpoint at /payments/stripe/webhook.</summary>
    public string WebhookSecret { get; init; } = "";

    /// <summary>The price of one package, in US cents.</summary>
    [Range(50, 99_999_999)] // Stripe's own limits for a payment in US dollars.
    public int PriceUsdCents { get; init; } = 1500;

    /// <summary>The credits in one package.</summary>
    [Range(1, 1_000_000)]
    public int Credits { get; init; } = 115;

    [Required]
    public Uri ApiBase { get; init; } = new("https://api.stripe.com/");

    /// <summary>How far a webhook's time may lie from ours: an old message with a good signature may be a replay.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most bytes of a webhook that are read.</summary>
    [Range(1024, 4 * 1024 * 1024)]
    public int LargestWebhookBytes { get; init; } = 256 * 1024;

    public bool IsConfigured => SecretKey.Length != 0 && WebhookSecret.Length != 0;
}
