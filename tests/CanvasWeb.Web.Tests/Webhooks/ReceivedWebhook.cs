namespace CanvasWeb.Web.Tests.Webhooks;

/// <param name="Headers">By lower-case name.</param>
internal sealed record ReceivedWebhook(string Method, string Path, Dictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];
}
