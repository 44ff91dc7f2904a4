using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.OpenAi.Pictures;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>
/// What the API takes and answers, said once: <see cref="OpenApiDocument"/> writes it for programs and the page for people. Limits come from the
/// options that hold them; a test holds names, bounds, routes and errors against the code that reads them.
/// </summary>
internal sealed class ApiReference
{
    public const string DocumentPath = ApiEnvelope.Root + "/openapi.json";

    private static readonly int[] s_always = [400, 401, 403, 405, 429, 500];
    private static readonly int[] s_making = [400, 401, 402, 403, 404, 405, 409, 413, 415, 429, 500, 503];

    public ApiReference(IOptions<OpenAiOptions> options)
    {
        var limits = options.Value;
        var shared = Shared(limits);
        Common = shared;
        ApiParameter[] picture =
        [
            new("image", "file", FormattableString.Invariant($"The picture: PNG, JPEG or WebP. In JSON a data URL. One: models here work on one picture at a time, and several are answered with too_many_images. Send a request for each.")) { IsRequired = true },
        ];
        var prompt = new ApiParameter("prompt", "string", "What the picture shows.") { IsRequired = true };
        Operations =
        [
            new("POST", ApiEnvelope.Root + "/images/generations", "createImage", "Make pictures", "Makes pictures from words.", ApiKeyScopes.ImagesWrite, "ImageAnswer", s_making) { Body = [prompt, .. shared], Streams = true },
            new("POST", ApiEnvelope.Root + "/images/edits", "createImageEdit", "Change a picture", "Makes a part of a picture anew, or all of it. Where the mask is transparent, the picture is made anew; everything else stays, byte for byte.", ApiKeyScopes.ImagesWrite, "ImageAnswer", s_making)
            {
                Body = [.. picture, new("mask", "file", "A PNG of the picture's size, transparent where it is to be made anew. Without one the picture's own transparency says where, and without any all of it is made anew."), prompt, .. shared],
                Streams = true,
            },
            new("POST", ApiEnvelope.Root + "/images/variations", "createImageVariation", "Vary a picture", "Makes pictures that are like a given one.", ApiKeyScopes.ImagesWrite, "ImageAnswer", s_making) { Body = [.. picture, .. shared] },
            new("GET", ApiEnvelope.Root + "/models", "listModels", "List models", "The models of this site, with the sizes that each makes and the native_size in which it paints; others are enlarged from it and take longer.", ApiKeyScopes.ImagesRead, "ModelList", s_always),
            new("GET", ApiEnvelope.Root + "/models/{id}", "retrieveModel", "One model", "A model by its name. Names like dall-e-2 stand for the model of the site.", ApiKeyScopes.ImagesRead, "Model", [.. s_always, 404])
            {
                Route = [new("id", "string", "The model's name.") { IsRequired = true }],
            },
            new("GET", ResultEndpoint.Folder + "/{name}", "retrieveImageFile", "Fetch a result", FormattableString.Invariant($"The picture behind a url of an answer. The address itself is the right to see it, and works for {limits.LinkMinutes} minutes."), null, "image/*", [404, 405])
            {
                Route = [new("name", "string", "As it stands in the url.") { IsRequired = true }],
            },
            new("GET", DocumentPath, "retrieveDocument", "This description", "This document, for programs.", null, "application/json", [405]),
        ];
        PerMinute = limits.RequestsPerMinute;
        LinkMinutes = limits.LinkMinutes;
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>Those parameters that every request for pictures takes.</summary>
    public IReadOnlyList<ApiParameter> Common { get; }

    /// <summary>Requests of one person.</summary>
    public int PerMinute { get; }

    public int LinkMinutes { get; }

    /// <summary>By status and code. A code that is not here stands for a setting that the model does not take.</summary>
    public static IReadOnlyList<ApiProblem> Problems { get; } =
    [
        new(400, ApiErrorTypes.InvalidRequest, "missing_required_parameter", "A parameter is missing; param names it."),
        new(400, ApiErrorTypes.InvalidRequest, "unknown_parameter", "Nothing here takes this parameter. What is not understood is refused and not left out."),
        new(400, ApiErrorTypes.InvalidRequest, "duplicate_parameter", "A parameter is there more than once."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_value", "A parameter has a value that it cannot have; the message says which it can."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_type", "A parameter is a list or an object and should be a text, a number or a flag."),
        new(400, ApiErrorTypes.InvalidRequest, "string_above_max_length", "A text is too long."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_size", "The model does not make this size; the message lists those that it makes. Sizes are never changed silently."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_image", "A picture cannot be read."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_mask", "The mask has another size than the picture, or keeps everything."),
        new(400, ApiErrorTypes.InvalidRequest, "too_many_images", "More pictures than the model works on."),
        new(400, ApiErrorTypes.InvalidRequest, "url_not_fetched", "Pictures are not fetched from other sites: send the file or a data URL."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_json", "The body is no JSON object."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_form", "The form is broken or has too many parts."),
        new(400, ApiErrorTypes.InvalidRequest, "invalid_idempotency_key", "The Idempotency-Key is too long."),
        new(400, ApiErrorTypes.InvalidRequest, "content_policy_violation", "The site's rules do not allow this. It costs nothing; the message says how to appeal."),
        new(400, ApiErrorTypes.InvalidRequest, "model_cannot", "The model does not do this."),
        new(401, ApiErrorTypes.InvalidRequest, "invalid_api_key", "No key, or none that works: unknown, expired, revoked."),
        new(402, ApiErrorTypes.Quota, "insufficient_quota", "Too few credits. Nothing was made and nothing is held."),
        new(403, ApiErrorTypes.Permission, "insufficient_permissions", "The key lacks the scope for this."),
        new(404, ApiErrorTypes.InvalidRequest, "model_not_found", "There is no such model."),
        new(404, ApiErrorTypes.InvalidRequest, "unknown_url", "There is no such address, or a result's address has run out."),
        new(405, ApiErrorTypes.InvalidRequest, "method_not_supported", "The address takes another method."),
        new(409, ApiErrorTypes.InvalidRequest, "idempotency_key_reused", "The Idempotency-Key belongs to another request."),
        new(409, ApiErrorTypes.InvalidRequest, "canceled", "The job was canceled. It costs nothing."),
        new(413, ApiErrorTypes.InvalidRequest, "request_too_large", "The request has too many bytes."),
        new(413, ApiErrorTypes.InvalidRequest, "image_too_large", "A picture has too many pixels."),
        new(415, ApiErrorTypes.InvalidRequest, "unsupported_media_type", "Send JSON or a form."),
        new(415, ApiErrorTypes.InvalidRequest, "unsupported_image", "A picture is of a kind that is not taken."),
        new(429, ApiErrorTypes.RateLimit, "rate_limit_exceeded", "Too many requests; Retry-After says how long to wait."),
        new(429, ApiErrorTypes.RateLimit, "queue_full", "Too many of your jobs wait; Retry-After says how long to wait."),
        new(500, ApiErrorTypes.Server, "failed", "The picture could not be made. It costs nothing; try again."),
        new(503, ApiErrorTypes.Server, "server_busy", "No model is ready, or the site is being worked on; Retry-After says how long to wait."),
    ];

    private static ApiParameter[] Shared(OpenAiOptions limits) =>
    [
        new("model", "string", "A model's name, as GET /v1/models lists them. dall-e-2, image-alpha-001 and the like stand for the model of the site.") { Default = "the model of the site" },
        new("n", "integer", "How many pictures.") { Least = 1, Most = limits.MaxPictures, Default = "1" },
        new("size", "string", $"WIDTHxHEIGHT or auto. A model makes the sizes that GET /v1/models lists for it, others are refused. Auto is {limits.DefaultSize}, or the picture's own size for an edit. Quickest is the model's native_size, which GET /v1/models names too: larger pictures are painted in it and enlarged, which takes longer.") { Pattern = "^(auto|[1-9][0-9]*x[1-9][0-9]*)$", Default = "auto" },
        new("quality", "string", "How many steps are spent. standard is medium and hd is high.") { Values = ["auto", "low", "medium", "high", "standard", "hd"], Default = "auto" },
        new("response_format", "string", FormattableString.Invariant($"url gives addresses that work for {limits.LinkMinutes} minutes, b64_json the bytes. Without it: url; b64_json for models whose name begins with gpt-image, and in streams.")) { Values = ["url", "b64_json"] },
        new("output_format", "string", "The kind of file.") { Values = ["png", "jpeg", "webp"], Default = "png" },
        new("output_compression", "integer", "Quality of a jpeg or webp file.") { Least = 0, Most = 100, Default = "92" },
        new("background", "string", "Pictures are opaque. transparent is refused where the model cannot make it.") { Values = ["auto", "opaque", "transparent"], Default = "auto" },
        new("stream", "boolean", "Answer with server-sent events as the picture appears. For one picture at a time; variations are not streamed.") { Default = "false" },
        new("partial_images", "integer", "Pictures on their way out of the noise that a stream sends before the last.") { Least = 0, Most = 3, Default = "0" },
        new("user", "string", "Taken and not used: the key says who asks.") { MostCharacters = 512 },
        new("moderation", "string", "Taken and not used: the site's rules hold.") { Values = ["auto", "low"] },
        new("style", "string", "Taken and not used.") { Values = ["vivid", "natural"] },
        new("input_fidelity", "string", "For an edit of all of a picture: high stays nearer to it.") { Values = ["low", "high"], Default = "low" },
        new("negative_prompt", "string", "This site's own. What is not to be seen, for models that take one."),
        new("seed", "integer", "This site's own. The same seed and settings make the same picture on the same kind of machine.") { Least = 0, Most = BoardLimits.Default.MaxSeed, Default = "by chance" },
        new("steps", "integer", "This site's own. Steps out of the noise, instead of quality; the model says how many are the most.") { Least = 1 },
        new("guidance", "number", "This site's own. How closely the words are followed; the model says what is the most.") { Least = 0 },
        new("strength", "number", "This site's own. For an edit of all of a picture: how far it may go from it.") { Least = 0.05, Most = 1, Default = "0.8" },
        new("metadata", "string", "This site's own. What the file says about itself: full is prompt, settings and model, source only that a model made it, none nothing.") { Values = ["full", "source", "none"], Default = "full" },
        new("num_images", "integer", "The old name of n.") { Least = 1, Most = limits.MaxPictures, IsOld = true },
    ];
}
