using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.ApiKeys.Page;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>Keys of programs: making and ending them, and what they open.</summary>
internal static class ApiKeysFeature
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ApiKeysOptions>().Bind(configuration.GetSection(ApiKeysOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton(ApiKeyStore.Erasure());
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyScheme.Name, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(ApiKeyPolicies.Generate, static policy => Require(policy, ApiKeyScopes.ImagesWrite))
            .AddPolicy(ApiKeyPolicies.Read, static policy => Require(policy, ApiKeyScopes.ImagesRead));
        return services;
    }

    public static void MapApiKeys(this IEndpointRouteBuilder app) =>
        app.MapPost(ApiKeyEndpoints.Revoke, ApiKeyEndpoints.RevokeAsync).RequireAuthorization().RequireAntiforgery();

    // Naming the scheme is what keeps cookies out: without it the person's session would be asked first.
    private static void Require(AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddAuthenticationSchemes(ApiKeyScheme.Name).RequireAuthenticatedUser().RequireClaim(ApiKeyClaims.Scope, scope);
}
