using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using CanvasWeb.Web.Accounts.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>The OAuth code flow with PKCE and state, once for each configured provider.</summary>
internal static class ProviderSignIn
{
    /// <summary>Claim: the address that the provider says is proven.</summary>
    public const string ProvenEmail = "canvasweb:proven-email";

    private const int MaxUserInformationBytes = 64 * 1024;

    public static void AddProviders(this AuthenticationBuilder authentication, ConfiguredProviders providers)
    {
        foreach (var name in providers.Names)
            authentication.AddOAuth(name, options => Configure(options, name, providers[name]));
    }

    private static void Configure(OAuthOptions options, string name, ProviderOptions provider)
    {
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret;
        options.AuthorizationEndpoint = provider.AuthorizationEndpoint;
        options.TokenEndpoint = provider.TokenEndpoint;
        options.UserInformationEndpoint = provider.UserInformationEndpoint;
        // One address for each provider, so that one cannot answer in the other's name.
        options.CallbackPath = "/account/callback/" + name.ToLowerInvariant();
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.BackchannelTimeout = TimeSpan.FromSeconds(15);
        options.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(15);
        options.Scope.Add("openid");
        options.Scope.Add("profile");
        options.Scope.Add("email");
        // The provider comes back with a plain GET, which Lax lets through; None would need HTTPS on a developer's machine too.
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.Name = "canvasweb.correlation.";
        options.Events.OnRedirectToAuthorizationEndpoint = context =>
        {
            var prompt = context.Properties.Items.TryGetValue(ProviderRound.PurposeKey, out var purpose) && purpose == ProviderRound.Confirm ? provider.ConfirmPrompt : null;
            context.Response.Redirect(prompt is null ? context.RedirectUri : QueryHelpers.AddQueryString(context.RedirectUri, "prompt", prompt));
            return Task.CompletedTask;
        };
        options.Events.OnCreatingTicket = context => ReadPersonAsync(context, provider);
        options.Events.OnAccessDenied = context => Fail(context, name, context.Properties, "denied");
        options.Events.OnRemoteFailure = context => Fail(context, name, context.Properties, Problem(context.Failure));
    }

    private static async Task ReadPersonAsync(OAuthCreatingTicketContext context, ProviderOptions provider)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, context.Options.UserInformationEndpoint);
        request.Headers.Authorization = new("Bearer", context.AccessToken);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/json"));
        using var response = await context.Backchannel.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.HttpContext.RequestAborted);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxUserInformationBytes, context.HttpContext.RequestAborted);
        await using var body = await response.Content.ReadAsStreamAsync(context.HttpContext.RequestAborted);
        using var json = await JsonDocument.ParseAsync(body, cancellationToken: context.HttpContext.RequestAborted);

        var subject = Text(json.RootElement, "sub");
        // The column holds 128; both providers stay far below.
        if (subject is not { Length: > 0 and <= 128 })
            throw new AuthenticationFailureException("The provider's user information has no usable sub.");
        var identity = context.Identity ?? throw new AuthenticationFailureException("The provider's answer has no identity.");
        identity.AddClaim(new(ClaimTypes.NameIdentifier, subject));
        if (Text(json.RootElement, "name") is { Length: > 0 } name)
            identity.AddClaim(new(ClaimTypes.Name, name));
        if (EmailAddress.Parse(Text(json.RootElement, "email")) is { } email)
        {
            identity.AddClaim(new(ClaimTypes.Email, email));
            if (provider.ProvesEmail && json.RootElement.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True)
                identity.AddClaim(new(ProvenEmail, email));
        }
    }

    private static string? Text(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Which sentence tells the person what to do.
    private static string Problem(Exception? failure)
    {
        for (var error = failure; error is not null; error = error.InnerException)
        {
            switch (error)
            {
                case HttpRequestException or OperationCanceledException or JsonException:
                    return "unreachable";
                case AuthenticationFailureException when error.Data["error"] is "invalid_client" or "unauthorized_client" or "redirect_uri_mismatch":
                    return "misconfigured";
                default:
                    break;
            }
        }

        // A state that is not ours, too old or used before; a code that the provider does not take (again).
        return "expired";
    }

    private static Task Fail(HandleRequestContext<RemoteAuthenticationOptions> context, string provider, AuthenticationProperties? properties, string problem)
    {
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProviderSignIn));
        // The failure's text can hold what the provider sent; its type and our reading of it are enough.
        logger.LogWarning("Signing in with {Provider} failed: {Problem} ({Failure})", provider, problem, (context as RemoteFailureContext)?.Failure?.GetType().Name);
        context.Response.Redirect(ProviderRound.From(properties).FailedUrl(provider, problem));
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
