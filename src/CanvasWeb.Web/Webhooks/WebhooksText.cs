namespace CanvasWeb.Web.Webhooks;

/// <summary>Marks WebhooksText.resx, the words of the pages of webhooks.</summary>
internal sealed class WebhooksText;
