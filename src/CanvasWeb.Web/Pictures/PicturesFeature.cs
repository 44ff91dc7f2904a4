namespace CanvasWeb.Web.Pictures;

/// <summary>A person's pictures, found again.</summary>
internal static class PicturesFeature
{
    public static IServiceCollection AddPictures(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PictureSearchOptions>().Bind(configuration.GetSection(PictureSearchOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<QueryEmbeddings>();
        services.AddSingleton<PictureSearch>();
        return services;
    }

    public static void MapPictures(this IEndpointRouteBuilder app) => PictureEndpoints.Map(app);
}
