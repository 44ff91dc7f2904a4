using System.Security.Claims;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Shell.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>The way to a provider and back: sign in, link it to an account, or confirm who one is.</summary>
internal static class ProviderEndpoints
{
    public const string Begin = "/account/external/{provider}";
    public const string Finish = "/account/external";

    public static async Task<Results<ChallengeHttpResult, RedirectHttpResult, NotFound>> BeginAsync(
        HttpContext http, string provider, [FromForm] string? purpose, [FromForm] string? returnUrl, ConfiguredProviders providers, SessionStore sessions)
    {
        if (!providers.Contains(provider))
            return TypedResults.NotFound();
        var sessionId = http.User.FindFirstValue(AccountClaims.Session);
        var round = new ProviderRound(purpose ?? ProviderRound.SignIn, sessionId, ReturnUrls.Local(returnUrl));
        switch (round.Purpose)
        {
            case ProviderRound.SignIn:
                break;
            case ProviderRound.Confirm when sessionId is not null:
                break;
            case ProviderRound.Link when sessionId is not null:
                if (!await sessions.IsConfirmedAsync(sessionId, http.RequestAborted))
                    return TypedResults.LocalRedirect(AccountRoutes.ConfirmThen(AccountRoutes.Account));
                break;
            default:
                return TypedResults.LocalRedirect(AccountRoutes.SignIn);
        }

        return TypedResults.Challenge(round.ToProperties(), [provider]);
    }

    public static async Task<RedirectHttpResult> FinishAsync(
        HttpContext http, ConfiguredProviders providers, ProviderAccounts accounts, SessionStore sessions, SignIns signIns, UserEvents events)
    {
        var answer = await http.AuthenticateAsync(IdentityConstants.ExternalScheme);
        await http.SignOutAsync(IdentityConstants.ExternalScheme);
        var round = ProviderRound.From(answer.Properties);
        // The framework's own key for the scheme that the answer came through.
        var provider = answer.Properties?.GetString(".AuthScheme");
        if (!answer.Succeeded || provider is null || !providers.Contains(provider))
            return TypedResults.LocalRedirect(round.FailedUrl(provider ?? "", "expired"));

        var person = answer.Principal;
        var cancellationToken = http.RequestAborted;
        if (round.Purpose == ProviderRound.SignIn)
        {
            var user = await accounts.SignInAsync(provider, person, http.Connection.RemoteIpAddress, cancellationToken);
            if (user is null)
                return TypedResults.LocalRedirect(round.FailedUrl(provider, "no-new-accounts"));

            // Not confirmed: a provider that knows the browser asks nothing, and then signing out and in again would be a way around.
            var refusal = await signIns.SignInAsync(http, user, provider, confirmed: false, cancellationToken);
            return TypedResults.LocalRedirect(refusal is null ? round.ReturnUrl : round.FailedUrl(provider, refusal.Problem));
        }

        // Only the session that began may finish: signing out or becoming somebody else meanwhile ends it.
        var sessionId = http.User.FindFirstValue(AccountClaims.Session);
        if (sessionId is null || sessionId != round.SessionId)
            return TypedResults.LocalRedirect(round.FailedUrl(provider, "expired"));
        var userId = http.User.UserId();
        if (round.Purpose == ProviderRound.Confirm)
        {
            if (!await accounts.IsAsync(userId, provider, person, cancellationToken))
                return TypedResults.LocalRedirect(round.FailedUrl(provider, "other-person"));
            await sessions.ConfirmAsync(sessionId, cancellationToken);
            return TypedResults.LocalRedirect(round.ReturnUrl);
        }

        // The time may have run out while the person was away.
        if (!await sessions.IsConfirmedAsync(sessionId, cancellationToken))
            return TypedResults.LocalRedirect(AccountRoutes.ConfirmThen(AccountRoutes.Account));
        var linked = await accounts.LinkAsync(userId, provider, person, cancellationToken);
        sessions.Forget(userId);
        events.Publish(userId, UserEvent.ProfileChanged);
        return TypedResults.LocalRedirect(linked switch
        {
            LinkOutcome.Linked => AccountRoutes.Account + "?notice=linked",
            LinkOutcome.BelongsToAnother => round.FailedUrl(provider, "belongs-to-another"),
            LinkOutcome.AlreadyHasOne => round.FailedUrl(provider, "already-linked"),
        });
    }
}
