using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Admin.Jobs;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Admin.Log;
using CanvasWeb.Web.Admin.Models;
using CanvasWeb.Web.Admin.Navigation;
using CanvasWeb.Web.Admin.Overview;
using CanvasWeb.Web.Admin.Users;
using CanvasWeb.Web.Admin.Workers;
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

        services.AddSingleton<UserAdmin>();
        services.AddSingleton<UserLists>();
        services.AddSingleton<JobAdmin>();
        services.AddSingleton<JobLists>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<SiteFiguresReader>();

        services.AddSingleton(new AdminNavItem(10, AdminRoutes.Home, typeof(AdminText), "Overview", "dashboard"));
        services.AddSingleton(new AdminNavItem(20, AdminRoutes.Users, typeof(AdminText), "Users", "group"));
        services.AddSingleton(new AdminNavItem(30, AdminRoutes.Jobs, typeof(AdminText), "Jobs", "list_alt"));
        services.AddSingleton(new AdminNavItem(70, AdminRoutes.Models, typeof(AdminText), "Models", "deployed_code"));
        services.AddSingleton(new AdminNavItem(80, AdminRoutes.Workers, typeof(AdminText), "Workers", "memory"));
        services.AddSingleton(new AdminNavItem(90, AdminRoutes.Limits, typeof(AdminText), "Limits", "tune"));
        services.AddSingleton(new AdminNavItem(100, AdminRoutes.Audit, typeof(AdminText), "AuditLog", "history"));
        services.AddSingleton(new AdminNavItem(50, CreditsRoutes.Admin, typeof(AdminText), "CreditsTitle", "savings"));
        return services;
    }

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("").RequireAuthorization(Policies.Admin).RequireAntiforgery();
        UserEndpoints.Map(admin);
        JobEndpoints.Map(admin);
        ModelEndpoints.Map(admin);
        WorkerEndpoints.Map(admin);
        LimitEndpoints.Map(admin);
        LogExport.Map(admin);
    }
}
