using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Admin.Navigation;
using CanvasWeb.Web.Credits;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Admin;

/// <summary>Running the site: people, jobs, models, workers, limits, the audit log.</summary>
internal static class AdminFeature
{
    public static IServiceCollection AddAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdminOptions>().Bind(configuration.GetSection(AdminOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<SiteLimits>();
        services.AddHostedService<SiteLimitsRefresh>();

        services.AddSingleton(new AdminNavItem(10, AdminRoutes.Home, typeof(AdminText), "Overview", "dashboard"));
        services.AddSingleton(new AdminNavItem(50, CreditsRoutes.Admin, typeof(CreditsText), "AdminTitle", "savings"));
        return services;
    }
}
