using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Galleries.Public;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Galleries;

/// <summary>Pictures shared by a link: the owner's verbs, and the public pages under /g.</summary>
internal static class GalleriesFeature
{
    public static IServiceCollection AddGalleries(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GalleriesOptions>().Bind(configuration.GetSection(GalleriesOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPasswordHasher<Gallery>, PasswordHasher<Gallery>>();
        services.AddSingleton<GalleryLinks>();
        services.AddSingleton<GalleryLimits>();
        services.AddSingleton<GalleryAccess>();
        services.AddSingleton<BoardPictures>();
        services.AddSingleton<GalleryService>();
        services.AddSingleton(GalleryErasure.Create());
        services.AddPublicGalleries();
        services.AddLiveGalleries(configuration);
        return services;
    }

    public static void MapGalleries(this IEndpointRouteBuilder app)
    {
        app.MapPublicGalleries();
        app.MapLiveGalleries();
    }
}
