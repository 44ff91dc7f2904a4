using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Shell.Compression;
using CanvasWeb.Web.Shell.Languages;
using CanvasWeb.Web.Shell.Proxies;
using CanvasWeb.Web.OpenAi;
using Microsoft.AspNetCore.Localization;
using Radzen;

namespace CanvasWeb.Web.Shell;

/// <summary>The frame around every page: layout, theme, error pages, languages.</summary>
internal static class ShellFeature
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddKnownProxies();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddProblemDetails();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(static options =>
        {
            var cultures = SiteLanguages.All.Select(static language => language.Culture).ToArray();
            options.SetDefaultCulture(SiteLanguages.Default).AddSupportedCultures(cultures).AddSupportedUICultures(cultures);
            // The choice of the account (a cookie), else the browser's. Not the query string: a circuit would not see it and speak another language than its page.
            options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        });
        services.AddCompressedAnswers();
        services.AddCascadingAuthenticationState();
        services.AddSingleton<Events.UserEvents>();
        services.AddScoped<Toasts.ToastService>();
        return services;
    }

    public static WebApplication UseShell(this WebApplication app)
    {
        app.UseKnownProxies();
        app.UseSecurityHeaders();
        app.UseRequestLocalization();
        if (!app.Environment.IsDevelopment())
            app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        // People get those pages; programs get ProblemDetails, written further in, so that the two above find nothing left to do.
        // (The other way round fails: running a request again for a page does not work inside a branch.)
        app.UseWhen(static http => !WantsPage(http), static branch =>
        {
            branch.UseExceptionHandler();
            branch.UseStatusCodePages();
        });
        app.UseApiEnvelope();
        app.UseSameOrigin();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseCompressedAnswers();
        app.UseAntiforgery();
        app.UseStaleForms();
        return app;
    }

    public static void MapShell(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(static options =>
            options.ContentSecurityFrameAncestorsPolicy = null); // SecurityHeaders says it, with the rest of the policy.
    }

    private static bool WantsPage(HttpContext http) =>
        http.Request.Headers.Accept.Any(static accept => accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
