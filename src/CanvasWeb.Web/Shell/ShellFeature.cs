using Radzen;

namespace CanvasWeb.Web.Shell;

/// <summary>The frame around every page: layout, theme, error pages, languages.</summary>
internal static class ShellFeature
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddProblemDetails();
        services.AddLocalization();
        services.AddCascadingAuthenticationState();
        services.AddSingleton<Events.UserEvents>();
        return services;
    }

    public static WebApplication UseShell(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    public static void MapShell(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
