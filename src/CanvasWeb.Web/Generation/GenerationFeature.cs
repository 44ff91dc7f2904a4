using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Previews;

namespace CanvasWeb.Web.Generation;

/// <summary>From a frame to pictures: jobs, the queue, workers, previews.</summary>
internal static class GenerationFeature
{
    public static IServiceCollection AddGeneration(this IServiceCollection services)
    {
        services.AddSingleton<GenerationService>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<PreviewRelay>();
        return services;
    }
}
