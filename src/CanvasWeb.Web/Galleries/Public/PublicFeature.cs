using CanvasWeb.Web.Accounts.Security;
using CanvasWeb.Web.Shell.Compression;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>What guests of galleries get.</summary>
internal static class PublicFeature
{
    public static IServiceCollection AddPublicGalleries(this IServiceCollection services)
    {
        services.AddSingleton<GalleryAssets>();
        services.AddSingleton<GalleryReader>();
        services.AddSingleton<GalleryPictures>();
        services.AddSingleton<BoardCards>();
        services.AddSingleton<GalleryRemix>();
        services.AddSingleton<GalleryViews>();
        services.AddHostedService(static provider => provider.GetRequiredService<GalleryViews>());
        return services;
    }

    public static void MapPublicGalleries(this IEndpointRouteBuilder app)
    {
        app.MapGet(GalleryRoutes.Page, PageEndpoints.GalleryAsync).WithCompression();
        app.MapGet(GalleryRoutes.Item, PageEndpoints.ItemAsync).WithCompression();
        app.MapPost(GalleryRoutes.Password, PageEndpoints.PasswordAsync).RequireAntiforgery();
        app.MapGet(GalleryRoutes.Report, ReportEndpoints.AskAsync);
        app.MapPost(GalleryRoutes.Report, ReportEndpoints.SendAsync).RequireAntiforgery();
        app.MapPost(GalleryRoutes.Remix, RemixEndpoint.PostAsync).RequireAuthorization().RequireAntiforgery();
        app.MapGet(GalleryRoutes.Feed, FeedEndpoint.GetAsync).WithCompression();
        app.MapGet(GalleryRoutes.Card, PictureEndpoints.CardAsync);
        app.MapGet(GalleryRoutes.ItemCard, PictureEndpoints.ItemCardAsync);
        app.MapGet(GalleryRoutes.Picture, PictureEndpoints.LevelAsync);
        app.MapGet(GalleryRoutes.Before, PictureEndpoints.BeforeAsync);
        app.MapGet(GalleryRoutes.Film, PictureEndpoints.FilmAsync);
        app.MapGet(GalleryRoutes.Download, PictureEndpoints.DownloadAsync);
        app.MapGet(GalleryRoutes.OEmbed, OEmbedEndpoint.GetAsync);
    }
}
