using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Credits.Admin;
using CanvasWeb.Web.Credits.Page;
using CanvasWeb.Web.Shell.Events;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Credits;

/// <summary>Credits: the ledger, the statement, grants.</summary>
internal static class CreditsFeature
{
    public static IServiceCollection AddCredits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CreditsOptions>().Bind(configuration.GetSection(CreditsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<UserEvents>();
        services.TryAddSingleton<SiteLimits>();
        services.TryAddSingleton<AuditLog>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<LedgerAuditor>();
        services.AddHostedService<HoldExpiry>();
        return services;
    }

    /// <summary>What the pages need besides the ledger: they know boards and jobs, the ledger does not.</summary>
    public static IServiceCollection AddCreditsPages(this IServiceCollection services)
    {
        services.AddSingleton<StatementJobs>();
        services.AddSingleton<People>();
        return services;
    }

    public static void MapCredits(this IEndpointRouteBuilder app) =>
        app.MapPost(GrantEndpoint.Path, GrantEndpoint.GrantAsync).RequireAuthorization(Policies.Admin);
}
