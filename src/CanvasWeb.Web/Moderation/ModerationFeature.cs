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
        return services;
    }

    public static void MapModeration(this IEndpointRouteBuilder app)
    {
    }
}
