namespace CanvasWeb.Web.Webhooks;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">HTTP status, or null when no answer came.</param>
/// <param name="Error">Why none came: "timeout", "refused", "name", "tls", "forbidden_address", "not_http", "no_secret".</param>
/// <param name="RetryAfter">What the receiver asked for.</param>
internal sealed record WebhookAnswer(int? Status, string? Error, int ElapsedMs, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and <= 299;

    /// <summary>The receiver wants no more of it (Standard Webhooks, "Deliverability and reliability").</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;
}
