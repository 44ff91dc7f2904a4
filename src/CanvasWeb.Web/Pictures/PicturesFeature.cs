namespace CanvasWeb.Web.Pictures;

/// <summary>A person's pictures, found again.</summary>
internal static class PicturesFeature
{
    public static IServiceCollection AddPictures(this IServiceCollection services) => services.AddSingleton<PictureSearch>();

    public static void MapPictures(this IEndpointRouteBuilder app) => PictureEndpoints.Map(app);
}
