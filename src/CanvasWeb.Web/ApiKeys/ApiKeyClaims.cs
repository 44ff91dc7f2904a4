using System.Security.Claims;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>What a program carries besides the id of the person whose key it shows (its <c>UserId()</c>).</summary>
internal static class ApiKeyClaims
{
    /// <summary>Type of the claim with the key's id, which is no secret.</summary>
    public const string KeyId = "canvasweb:key";

    /// <summary>Type of the claims that name a scope each.</summary>
    public const string Scope = "canvasweb:scope";

    /// <summary>The id of the key that was shown.</summary>
    /// <exception cref="InvalidOperationException">None was: the endpoint forgot to require one.</exception>
    public static string ApiKeyId(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(KeyId) ?? throw new InvalidOperationException("No key was shown.");
}
