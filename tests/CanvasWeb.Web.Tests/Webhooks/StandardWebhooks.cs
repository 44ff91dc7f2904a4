using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>The library of Standard Webhooks: what receivers really run says whether our signatures are good.</summary>
public sealed class StandardWebhooks() : NodeTool("standardwebhooks", "Webhooks", "standard-webhooks.mjs")
{
    /// <summary>"good", or "bad: " and why.</summary>
    internal Task<string> JudgeAsync(string secret, ReceivedWebhook message) => AskAsync(new { secret, headers = message.Headers, body = message.Body });
}
