using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Accounts;

/// <summary>Who somebody is: accounts, sign-in, sessions.</summary>
internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, static policy => policy.RequireAuthenticatedUser().RequireClaim(AccountClaims.Admin, "true"));
        services.AddScoped<CurrentUser>();
        services.AddIdentityCore<AppUser>()
            .AddSignInManager()
            .AddEntityFrameworkStores<AppDbContext>()
            .AddDefaultTokenProviders();
        services.AddScoped(static provider => provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<AppDbContext>>().CreateDbContext());
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapPost(AccountRoutes.SignOut, static async (SignInManager<AppUser> signIn) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect("/");
        });
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            app.MapPost(AccountRoutes.Try, DemoSignIn.SignInAsync);
    }
}
