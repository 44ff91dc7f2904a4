namespace CanvasWeb.Web.Webhooks;

/// <summary>What came of registering an endpoint.</summary>
internal abstract record WebhookCreation
{
    private WebhookCreation()
    {
    }

    /// <param name="Secret">Shown here and now only.</param>
    public sealed record Created(WebhookEndpoint Endpoint, string Secret) : WebhookCreation;

    /// <summary>The form came a second time; the secret was shown the first time.</summary>
    public sealed record CreatedBefore(WebhookEndpoint Endpoint) : WebhookCreation;

    public sealed record TooMany(int Limit) : WebhookCreation;

    /// <summary>The address is none that the site may call.</summary>
    public sealed record ForbiddenUrl : WebhookCreation;

    /// <summary>The name is unknown, or of a private network: one answer for both, so that nobody learns the names of the network behind the site.</summary>
    public sealed record LeadsNowhere(string Host) : WebhookCreation;

    /// <summary>No event chosen, or one that is not offered.</summary>
    public sealed record Invalid : WebhookCreation;
}
