using System.Security.Claims;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>Signs a browser in and out: a session row and the cookie that names it.</summary>
internal sealed class SignIns(SessionStore sessions, WriteTransactions writes, SiteLimits limits, IOptions<AccountsOptions> options, ILogger<SignIns> logger)
{
    /// <param name="way">For the log.</param>
    /// <param name="confirmed">Does this way in also prove who sits there, for steps that cannot be taken back? A password does.</param>
    /// <returns>Why the person does not get in; null when they are signed in.</returns>
    public async Task<EntryRefusal?> SignInAsync(HttpContext http, AppUser user, string way, bool confirmed, CancellationToken cancellationToken)
    {
        // Whoever gets past this a moment too early has a session that counts for nothing: SessionStore asks again on each request.
        if (user.SuspendedAt is not null)
            return new EntryRefusal.Suspended(user.SuspendedReason ?? "");
        if (limits.Now.Maintenance && !user.IsAdmin && !options.Value.NamesAsAdmin(user.Id, user.EmailConfirmed ? user.Email : null))
            return new EntryRefusal.Maintenance();

        // Who signs in anew starts anew: the session before, the same person's or another's, ends here.
        await EndCurrentAsync(http, cancellationToken);
        var agent = http.Request.Headers.UserAgent.ToString();
        var session = await writes.RunAsync((db, token) => sessions.OpenAsync(db, user.Id, confirmed, agent, token), cancellationToken);

        // Only the session's id matters in the cookie; the rest is read on each request.
        var facts = new SessionFacts(session.Id, user.Id, user.DisplayName, IsAdmin: false, session.LastSeenAt, session.ConfirmedAt);
        await http.SignInAsync(IdentityConstants.ApplicationScheme, SessionPrincipal.Create(facts, IdentityConstants.ApplicationScheme), new() { IsPersistent = true });
        // An account that never chose leaves this browser as it is.
        if (user.Language.Length != 0 || user.Theme.Length != 0)
            Preferences.Write(http, user.Language, user.Theme);
        logger.LogInformation("Account {UserId} signed in by {Way}", user.Id, way);
        return null;
    }

    public async Task SignOutAsync(HttpContext http, CancellationToken cancellationToken)
    {
        await EndCurrentAsync(http, cancellationToken);
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    private async Task EndCurrentAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId && http.User.FindFirstValue(AccountClaims.Session) is { } sessionId)
            await sessions.EndOwnAsync(userId, sessionId, cancellationToken);
    }
}
