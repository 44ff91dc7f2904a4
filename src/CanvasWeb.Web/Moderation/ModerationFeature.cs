using CanvasWeb.Web.Admin.Navigation;
using CanvasWeb.Web.Moderation.Prompts;
using CanvasWeb.Web.Moderation.Refusals;
using CanvasWeb.Web.Moderation.Reports;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Moderation;

/// <summary>What the site does not make and does not show: word lists, image classifier, refusals and appeals, reports.</summary>
internal static class ModerationFeature
{
    public static IServiceCollection AddModeration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ModerationOptions>().Bind(configuration.GetSection(ModerationOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PictureOptions>().Bind(configuration.GetSection(PictureOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PromptPolicy>();
        services.AddSingleton<PromptGate>();
        services.TryAddSingleton<HiddenPictures>();
        services.AddSingleton<PictureJudge>();
        services.AddSingleton<ReportQueue>();
        services.AddHostedService<ModerationRefresh>();
        services.AddSingleton<RefusalBook>();
        services.AddSingleton(RefusalBook.Erasure());
        return services;
    }

    /// <summary>The admins' pages, which reach into galleries and accounts.</summary>
    public static IServiceCollection AddModerationPages(this IServiceCollection services)
    {
        services.AddSingleton<ReportDesk>();
        services.AddSingleton<PolicyDesk>();
        services.AddSingleton(new AdminNavItem(60, ModerationRoutes.AdminReports, typeof(ModerationText), "ReportsTitle", "flag", static (all, cancellationToken) => all.GetRequiredService<ReportDesk>().WaitingAsync(cancellationToken)));
        services.AddSingleton(new AdminNavItem(62, ModerationRoutes.AdminRefusals, typeof(ModerationText), "AppealsTitle", "gavel", static (all, cancellationToken) => all.GetRequiredService<RefusalBook>().WaitingAsync(cancellationToken)));
        services.AddSingleton(new AdminNavItem(64, ModerationRoutes.AdminPolicy, typeof(ModerationText), "PolicyTitle", "policy"));
        return services;
    }

    public static void MapModeration(this IEndpointRouteBuilder app) => ModerationEndpoints.Map(app);
}
