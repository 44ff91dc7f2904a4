using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>"Authorization: Bearer cw_…" of a program. Whatever is wrong with a key, the answer is the same.</summary>
internal sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } key)
            return AuthenticateResult.Fail("No such key.");

        var identity = new ClaimsIdentity(ApiKeyScheme.Name, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, key.UserId));
        identity.AddClaim(new(ClaimTypes.Name, key.DisplayName));
        identity.AddClaim(new(ApiKeyClaims.KeyId, key.Id));
        foreach (var scope in key.Scopes)
            identity.AddClaim(new(ApiKeyClaims.Scope, scope));
        return AuthenticateResult.Success(new(new(identity), ApiKeyScheme.Name));
    }

    // Only the status: the body is the API's envelope, which OpenAi writes in its one place.
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
