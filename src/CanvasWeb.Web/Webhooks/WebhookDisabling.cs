namespace CanvasWeb.Web.Webhooks;

/// <summary>Why an endpoint is off.</summary>
internal enum WebhookDisabling
{
    Person,
    Failing,

    /// <summary>It answered 410.</summary>
    Gone,
}
