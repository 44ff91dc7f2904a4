using CanvasWeb.Web.Shell.Compression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>The description of the Images API: a document for programs, a page for people, examples that tests run.</summary>
internal static class DocsFeature
{
    public static IServiceCollection AddApiDocs(this IServiceCollection services)
    {
        services.AddSingleton<ApiReference>();
        return services;
    }

    public static void MapApiDocs(this IEndpointRouteBuilder app) => app.MapGet(ApiReference.DocumentPath, GetDocument).WithCompression();

    private static JsonHttpResult<System.Text.Json.Nodes.JsonObject> GetDocument(HttpContext http, ApiReference reference)
    {
        // Tools on other sites read it; it holds nothing of anybody's.
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Json(OpenApiDocument.Write(reference, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}"));
    }
}
