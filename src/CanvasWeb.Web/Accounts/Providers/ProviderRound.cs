using CanvasWeb.Web.Accounts.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;

namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>
/// Why somebody is sent to a provider, carried through it in the encrypted state. Linking and confirming are tied to the session that began
/// them, so what comes back can serve no other.
/// </summary>
internal sealed record ProviderRound(string Purpose, string? SessionId, string ReturnUrl)
{
    public const string PurposeKey = "purpose";
    public const string SignIn = "sign-in";
    public const string Link = "link";
    public const string Confirm = "confirm";
    private const string SessionKey = "session";
    private const string ReturnUrlKey = "return";

    public static ProviderRound From(AuthenticationProperties? properties) => new(
        properties?.GetString(PurposeKey) ?? SignIn, properties?.GetString(SessionKey), ReturnUrls.Local(properties?.GetString(ReturnUrlKey)));

    public AuthenticationProperties ToProperties()
    {
        var properties = new AuthenticationProperties { RedirectUri = ProviderEndpoints.Finish };
        properties.SetString(PurposeKey, Purpose);
        properties.SetString(SessionKey, SessionId);
        properties.SetString(ReturnUrlKey, ReturnUrl);
        return properties;
    }

    /// <summary>The page that the person started from, which says what went wrong.</summary>
    public string FailedUrl(string provider, string problem) => Purpose switch
    {
        Link => QueryHelpers.AddQueryString(AccountRoutes.Account, new Dictionary<string, string?> { ["problem"] = problem, ["provider"] = provider }),
        Confirm => QueryHelpers.AddQueryString(AccountRoutes.Confirm, new Dictionary<string, string?> { ["problem"] = problem, ["provider"] = provider, ["returnUrl"] = ReturnUrl }),
        _ => QueryHelpers.AddQueryString(AccountRoutes.SignIn, new Dictionary<string, string?> { ["problem"] = problem, ["provider"] = provider, ["returnUrl"] = ReturnUrl }),
    };
}
