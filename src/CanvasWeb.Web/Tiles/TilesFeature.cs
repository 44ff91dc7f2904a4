using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Tiles.Collecting;
using CanvasWeb.Web.Tiles.Drawing;
using CanvasWeb.Web.Tiles.Exports;
using CanvasWeb.Web.Tiles.Uploads;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CanvasWeb.Web.Tiles;

/// <summary>Pictures: storing, showing, uploading, cutting for the model, exporting.</summary>
internal static class TilesFeature
{
    public static IServiceCollection AddTiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TileOptions>().Bind(configuration.GetSection(TileOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<SiteLimits>();
        services.TryAddSingleton<HiddenPictures>();
        services.AddHostedService<ScratchSweep>();
        services.AddSingleton<FileBlobs>();
        services.AddSingleton<TileStore>();
        services.AddSingleton<PixelBudget>();
        services.AddSingleton<TilePixels>();
        services.AddSingleton<TilePainter>();
        services.AddSingleton<FrameCutter>();
        services.AddSingleton<BoardRenderer>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<BoardExporter>();
        services.AddSingleton(UploadErasure.Create());
        services.AddOptions<CollectorOptions>().Bind(configuration.GetSection(CollectorOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CollectorMeter>();
        services.AddSingleton<BlobCollector>();
        services.AddHostedService(static provider => provider.GetRequiredService<BlobCollector>());
        return services;
    }

    public static void MapTiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/tiles/{sha256}/{level}.webp", TileEndpoints.GetAsync);
        app.MapPost("/boards/{boardId}/uploads", UploadEndpoints.PostAsync).RequireAuthorization();
        app.MapPost("/boards/{boardId}/exports", ExportEndpoints.PostAsync).RequireAuthorization().WithMetadata(new RequestSizeLimitAttribute(ExportEndpoints.MaxBodyBytes));
    }
}
