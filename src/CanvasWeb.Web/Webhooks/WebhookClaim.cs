namespace CanvasWeb.Web.Webhooks;

/// <summary>A message that this process may send now.</summary>
/// <param name="Attempt">The fencing token: an outcome with an older one is not taken.</param>
internal sealed record WebhookClaim(string DeliveryId, int Attempt, string EndpointId, string Url, string SealedSecret, string Payload);
