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
        services.AddSingleton<Ledger>();
        services.AddSingleton<LedgerAuditor>();
        services.AddHostedService<HoldExpiry>();
        return services;
    }
}
