using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace CanvasWeb.Web.Webhooks;

/// <summary>
/// Secrets that sign webhooks: "whsec_" and the key in base64, as Standard Webhooks writes them. They are stored encrypted with the site's own
/// keys, which lie outside the database: a stolen copy of the database alone signs nothing.
/// </summary>
internal sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    public const string Prefix = "whsec_";
    private const int KeyBytes = 32;
    private readonly IDataProtector _protector = protection.CreateProtector("CanvasWeb.Webhooks.Secret");

    public (string Secret, string Sealed) New()
    {
        var secret = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
        return (secret, _protector.Protect(secret));
    }

    /// <exception cref="CryptographicException">The site's keys were lost: the database was moved without the folder beside it.</exception>
    public string Open(string sealedSecret) => _protector.Unprotect(sealedSecret);
}
