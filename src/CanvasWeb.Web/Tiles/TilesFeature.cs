using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.Tiles;

/// <summary>Pictures: storing, showing, uploading, cutting for the model, exporting.</summary>
internal static class TilesFeature
{
    public static IServiceCollection AddTiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TileOptions>().Bind(configuration.GetSection(TileOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<FileBlobs>();
        services.AddSingleton<TileStore>();
        services.AddSingleton<PixelBudget>();
        services.AddSingleton<TilePixels>();
        services.AddSingleton<TilePainter>();
        services.AddSingleton<FrameCutter>();
        services.AddSingleton<BoardRenderer>();
        return services;
    }

    public static void MapTiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/tiles/{sha256}/{level}.webp", TileEndpoints.GetAsync);
    }
}
