using System.Globalization;
using System.Security.Claims;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Credits.Admin;

/// <summary>The form on the grants page.</summary>
internal static class GrantEndpoint
{
    public const string Path = CreditsRoutes.Admin + "/grant";

    /// <param name="key">An id made with the form: sending it twice is one grant.</param>
    public static async Task<RedirectHttpResult> GrantAsync(
        [FromForm] string user, [FromForm] string amount, [FromForm] string reason, [FromForm] string key,
        ClaimsPrincipal admin, Ledger ledger, IOptions<CreditsOptions> options, CancellationToken cancellationToken)
    {
        var isGood = long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var credits)
            && credits >= 1 && credits <= options.Value.LargestGrant
            && !string.IsNullOrWhiteSpace(reason) && reason.Length <= LedgerTransaction.ReasonLength
            && RandomId.IsValid(user) && RandomId.IsValid(key);
        var outcome = isGood ? await ledger.GrantAsync(admin.UserId(), user, new(credits), reason, key, cancellationToken) : (GrantOutcome?)null;
        var notice = outcome switch
        {
            GrantOutcome.Granted => "granted",
            GrantOutcome.GrantedBefore => "before",
            GrantOutcome.KeyUsedForAnother => "key",
            GrantOutcome.NoSuchUser => "nobody",
            null => "invalid",
        };
        return TypedResults.Redirect($"{CreditsRoutes.Admin}?user={Uri.EscapeDataString(user)}&notice={notice}");
    }
}
