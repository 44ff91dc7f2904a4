using System.Security.Cryptography;
using System.Text;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Signatures of Standard Webhooks 1.0, symmetric: HMAC-SHA256 of "ID.SECONDS.BODY" in base64 behind "v1,".</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <param name="secret">With its prefix, see <see cref="WebhookSecrets"/>.</param>
    /// <param name="seconds">Unix time, as it stands in the header.</param>
    public static string Sign(string secret, string id, string seconds, string body)
    {
        var key = Convert.FromBase64String(secret[WebhookSecrets.Prefix.Length..]);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{seconds}.{body}")));
    }
}
