namespace CanvasWeb.Web.Provenance;

/// <summary>Where pictures come from: records, films, what files say about themselves, making again, the graph of a board.</summary>
internal static class ProvenanceFeature
{
    public static IServiceCollection AddProvenance(this IServiceCollection services)
    {
        services.AddSingleton<ProvenanceService>();
        services.AddSingleton<PictureNames>();
        services.AddSingleton<ProvenanceXmp>();
        services.AddSingleton<Replays>();
        services.AddSingleton<UploadedSettings>();
        services.AddSingleton<BoardGraphs>();
        return services;
    }

    public static void MapProvenance(this IEndpointRouteBuilder app) => ProvenanceEndpoints.Map(app);
}
