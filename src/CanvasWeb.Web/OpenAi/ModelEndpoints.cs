using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.OpenAi.Requests;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary><c>GET /v1/models</c> and <c>/v1/models/{id}</c>.</summary>
internal static class ModelEndpoints
{
    public static Task ListAsync(HttpContext http, RequestLimits limits, ModelRegistry models, IOptions<OpenAiOptions> options) =>
        limits.Take(http.User.UserId(), http.Response.Headers) is { } tooMany
            ? ApiEnvelope.WriteAsync(http, tooMany)
            : http.Response.WriteAsJsonAsync(new ModelList("list", [.. models.All().Select(model => Describe(model, options.Value))]), ApiJson.Options, http.RequestAborted);

    /// <summary>A name that stands for the site's model is answered with that model, under its own name.</summary>
    public static Task FindAsync(string id, HttpContext http, RequestLimits limits, ImageRequests requests, IOptions<OpenAiOptions> options)
    {
        if (limits.Take(http.User.UserId(), http.Response.Headers) is { } tooMany)
            return ApiEnvelope.WriteAsync(http, tooMany);
        return requests.FindModel(id) is { } model
            ? http.Response.WriteAsJsonAsync(Describe(model, options.Value), ApiJson.Options, http.RequestAborted)
            : ApiEnvelope.WriteAsync(http, ApiErrors.NoSuchModel(id));
    }

    private static ModelEntry Describe(ModelInfo model, OpenAiOptions options) => new(
        model.Name, "model", model.FirstSeenAt.ToUnixTimeSeconds(), "canvasweb", model.Title, model.Online, ImageSizes.Write(model.Geometry.SizeFor(1)), [.. ImageSizes.Of(model, options).Select(ImageSizes.Write)], model.Geometry.CanInpaint, model.CanVary);

    private sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);

    /// <param name="Created">Unix seconds: when a worker first announced it, which stays. When one was made is not known here, and clients show 0 as a day in 1970.</param>
    /// <param name="NativeSize">The square that the model paints; larger ones are enlarged.</param>
    private sealed record ModelEntry(string Id, string Object, long Created, string OwnedBy, string Title, bool Online, string NativeSize, IReadOnlyList<string> Sizes, bool Edits, bool Variations);
}
