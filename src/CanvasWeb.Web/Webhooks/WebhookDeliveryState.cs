namespace CanvasWeb.Web.Webhooks;

internal enum WebhookDeliveryState
{
    /// <summary>Waits for its time.</summary>
    Pending,

    /// <summary>Some process sends it; when its lease runs out, another one may.</summary>
    Sending,

    Delivered,

    /// <summary>Given up. A person may send it again.</summary>
    Failed,
}
