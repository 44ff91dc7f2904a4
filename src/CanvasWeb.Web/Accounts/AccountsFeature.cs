using CanvasWeb.Web.Accounts.Page;
using CanvasWeb.Web.Accounts.Providers;
using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Accounts;

/// <summary>Who somebody is: accounts, sign-in, sessions.</summary>
internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<AccountsOptions>().Bind(configuration.GetSection(AccountsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        var providers = ConfiguredProviders.Read(configuration, environment.IsDevelopment());
        services.AddSingleton(providers);

        AddIdentity(services);
        AddCookies(services, providers);
        AddKeys(services);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, static policy => policy.RequireAuthenticatedUser().RequireClaim(AccountClaims.Admin, "true"));

        services.AddSingleton<SessionWatch>();
        services.AddHostedService(static provider => provider.GetRequiredService<SessionWatch>());
        services.AddSingleton<SessionStore>();
        services.AddHostedService<SessionSweep>();
        services.AddScoped<SessionCookieEvents>();
        services.AddScoped<CircuitHandler, SessionCircuitHandler>();
        services.Configure<HubOptions>(static options => options.AddFilter<SessionHubFilter>());
        services.AddSingleton<SessionHubFilter>();

        services.TryAddSingleton<SiteLimits>();
        services.AddSingleton<Doors>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<NewAccounts>();
        services.AddSingleton<SignIns>();
        services.AddScoped<LocalAccounts>();
        services.AddSingleton<ProviderAccounts>();
        services.AddSingleton<AccountDeletion>();
        services.AddScoped<CurrentUser>();
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapPost(AccountRoutes.SignOut, SignInEndpoints.SignOutAsync).RequireAntiforgery();
        app.MapPost(AccountRoutes.Appearance, Appearance.SaveAsync).RequireAntiforgery();
        app.MapPost(ProviderEndpoints.Begin, ProviderEndpoints.BeginAsync).RequireAntiforgery();
        app.MapGet(ProviderEndpoints.Finish, ProviderEndpoints.FinishAsync);

        var own = app.MapGroup("").RequireAuthorization();
        own.MapPost(AccountRoutes.Profile, AccountEndpoints.SaveProfileAsync).RequireAntiforgery();
        own.MapPost(AccountRoutes.EndSession, AccountEndpoints.EndSessionAsync).RequireAntiforgery();
        own.MapPost(AccountRoutes.EndOtherSessions, AccountEndpoints.EndOtherSessionsAsync).RequireAntiforgery();
        own.MapPost(AccountRoutes.Unlink, AccountEndpoints.UnlinkAsync).RequireAntiforgery();
        own.MapPost(AccountRoutes.RemovePassword, AccountEndpoints.RemovePasswordAsync).RequireAntiforgery();
        own.MapPost(AccountRoutes.Delete, AccountEndpoints.DeleteAsync).RequireAntiforgery();

        // Without a token, so that a script can begin with it on a developer's machine; SameOrigin keeps other sites out.
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            app.MapPost(AccountRoutes.Try, SignInEndpoints.TryAsync).DisableAntiforgery();
    }

    // Identity's tables, hashes and password rules. Its cookie and its stores are not used: sessions are rows of our own, and writes go
    // through WriteTransactions.
    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<AppUser>(static options =>
            {
                // Length is what makes a password hard to guess; rules about kinds of characters mostly make it hard to remember.
                options.Password.RequiredLength = 10;
                options.Password.RequiredUniqueChars = 4;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<AppDbContext>()
            .AddErrorDescriber<AccountErrorDescriber>();
        services.AddScoped(static provider => provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<AppDbContext>>().CreateDbContext());
    }

    private static void AddCookies(IServiceCollection services, ConfiguredProviders providers)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, static options =>
            {
                options.Cookie.Name = "canvasweb.session";
                Harden(options.Cookie);
                options.LoginPath = AccountRoutes.SignIn;
                options.EventsType = typeof(SessionCookieEvents);
                options.SlidingExpiration = true;
            })
            .AddCookie(IdentityConstants.ExternalScheme, static options =>
            {
                options.Cookie.Name = "canvasweb.external";
                Harden(options.Cookie);
                options.ExpireTimeSpan = TimeSpan.FromMinutes(5);
                options.SlidingExpiration = false;
            })
            .AddProviders(providers);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<AccountsOptions>>(static (options, accounts) => options.ExpireTimeSpan = TimeSpan.FromDays(accounts.Value.SessionDays));
        services.AddAntiforgery(static options =>
        {
            options.Cookie.Name = "canvasweb.antiforgery";
            Harden(options.Cookie);
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors says it, for every page.
        });
    }

    private static void Harden(CookieBuilder cookie)
    {
        cookie.HttpOnly = true;
        // Strict would sign people out on the way back from a provider and on every link from elsewhere.
        cookie.SameSite = SameSiteMode.Lax;
        // Secure wherever the site is reached by HTTPS; a site on one's own machine has plain HTTP only.
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.IsEssential = true;
    }

    // Beside the database, so that a restart signs nobody out and a backup of the folder is a backup of everything.
    private static void AddKeys(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("CanvasWeb");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>(static (options, folder, loggers) =>
            options.XmlRepository = new FileSystemXmlRepository(new(folder.Subfolder("keys")), loggers));
        // It warns that the keys are not encrypted: the folder is readable by its owner alone, as the database beside it is.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
    }
}
