using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.OpenAi.Pictures;
using CanvasWeb.Web.OpenAi.Requests;

namespace CanvasWeb.Web.OpenAi;

/// <summary>The Images API under <c>/v1</c>, as the official OpenAI clients speak it.</summary>
internal static class OpenAiFeature
{
    public static IServiceCollection AddOpenAi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OpenAiOptions>().Bind(configuration.GetSection(OpenAiOptions.Section)).ValidateDataAnnotations()
            .Validate(static options => options.Sizes.Append(options.DefaultSize).All(static size => ImageSizes.Parse(size) is not null), "OpenAi:Sizes and OpenAi:DefaultSize are written as 512x512.")
            .ValidateOnStart();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<ApiAddresses>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<ImageRequests>();
        services.AddSingleton<PictureReader>();
        services.AddSingleton<ImageOrders>();
        services.AddSingleton<ImageJobs>();
        services.AddSingleton<ResultPictures>();
        services.AddSingleton<ResultLinks>();
        services.AddSingleton<ImagesApi>();
        return services;
    }

    /// <summary>After the error pages and before the sign-in, whose answers it puts into words.</summary>
    public static void UseApiEnvelope(this IApplicationBuilder app) =>
        app.UseWhen(static http => http.Request.Path.StartsWithSegments(ApiEnvelope.Root, StringComparison.Ordinal), static branch => branch.UseMiddleware<ApiEnvelope>());

    public static void MapOpenAi(this IEndpointRouteBuilder app)
    {
        // No antiforgery token: a key is no cookie, which a browser would send along by itself.
        var images = app.MapGroup(ApiEnvelope.Root + "/images").RequireAuthorization(ApiKeyPolicies.Generate).DisableAntiforgery();
        images.MapPost("/generations", static (HttpContext http, ImagesApi api) => api.AnswerAsync(ImageTask.Generation, http));
        images.MapPost("/edits", static (HttpContext http, ImagesApi api) => api.AnswerAsync(ImageTask.Edit, http));
        images.MapPost("/variations", static (HttpContext http, ImagesApi api) => api.AnswerAsync(ImageTask.Variation, http));
        var models = app.MapGroup(ApiEnvelope.Root + "/models").RequireAuthorization(ApiKeyPolicies.Read);
        models.MapGet("/", ModelEndpoints.ListAsync);
        models.MapGet("/{id}", ModelEndpoints.FindAsync);

        // The address itself is the right to see the picture.
        app.MapGet(ResultEndpoint.Folder + "/{name}", ResultEndpoint.GetAsync);
    }
}
