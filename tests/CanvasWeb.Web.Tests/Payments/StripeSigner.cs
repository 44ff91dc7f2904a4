using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Payments;

/// <summary>Stripe's own library, so that signatures are judged against theirs and not against our reading of the manual.</summary>
public sealed class StripeSigner() : NodeTool("stripe", "Payments", "stripe-sign.mjs")
{
    /// <summary>The header that Stripe sends with this body.</summary>
    public Task<string> SignAsync(string payload, string secret, DateTimeOffset at) => AskAsync(new { payload, secret, timestamp = at.ToUnixTimeSeconds() });
}
