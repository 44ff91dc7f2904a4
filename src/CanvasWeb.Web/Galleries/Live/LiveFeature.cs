namespace CanvasWeb.Web.Galleries.Live;

/// <summary>Boards that strangers watch by a gallery's link.</summary>
internal static class LiveFeature
{
    public static IServiceCollection AddLiveGalleries(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LiveOptions>().Bind(configuration.GetSection(LiveOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<LiveGalleries>();
        services.AddHostedService(static provider => provider.GetRequiredService<LiveGalleries>());
        // All that comes in is a join and acknowledgements.
        services.AddSignalR().AddHubOptions<GalleryHub>(static hub => hub.MaximumReceiveMessageSize = 4 * 1024);
        return services;
    }

    public static void MapLiveGalleries(this IEndpointRouteBuilder app)
    {
        app.MapHub<GalleryHub>(GalleryHub.Path);
        app.MapGet(LiveTileEndpoint.Route, LiveTileEndpoint.GetAsync);
    }
}
