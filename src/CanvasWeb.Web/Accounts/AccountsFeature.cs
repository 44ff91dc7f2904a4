using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Accounts;

/// <summary>Who somebody is: accounts, sign-in, sessions.</summary>
internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorization();
        services.AddIdentityCore<AppUser>()
            .AddSignInManager()
            .AddEntityFrameworkStores<AppDbContext>()
            .AddDefaultTokenProviders();
        services.AddScoped(static provider => provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<AppDbContext>>().CreateDbContext());
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            app.MapPost("/account/try", DemoSignIn.SignInAsync);
    }
}
