using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Provenance;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>Parameters become a request, or the first thing that is wrong with them.</summary>
internal sealed class ImageRequests(ModelRegistry models, IOptions<OpenAiOptions> options, IOptions<GenerationOptions> generation)
{
    // More than anybody names a model, and longer than any prompt that a model takes; what is past the site's own limit is refused with its words.
    private const int MaxNameLength = 200;
    private const int MaxTextLength = 32_000;

    // An edit of all of a picture: far enough to follow the words, near enough to know the picture again.
    private const double UsualStrength = 0.8;
    private const double FaithfulStrength = 0.5;

    private const int UsualQuality = 92;

    /// <summary>The model that a name means; null for none.</summary>
    public ModelInfo? FindModel(string? name) =>
        models.Find(name) ?? (name is not null && options.Value.DefaultModelNames.Any(known => name.StartsWith(known, StringComparison.Ordinal)) ? models.Find(null) : null);

    public (ImageRequest? Request, ApiError? Error) Read(ImageTask task, ApiBody body)
    {
        // 1. Which model? What else may be asked for depends on it.
        var name = body.Text("model", MaxNameLength);
        if (FindModel(string.IsNullOrEmpty(name) ? null : name) is not { } model)
            return (null, body.Error ?? (name is null || models.All().Count == 0 ? ApiErrors.Busy("No model is known yet. The worker may still be starting.", options.Value.RetryAfterSeconds) : ApiErrors.NoSuchModel(name)));

        // 2. What the picture shows.
        var prompt = task == ImageTask.Variation ? "" : ReadPrompt(body, "prompt", model) ?? "";
        if (task != ImageTask.Variation && string.IsNullOrWhiteSpace(prompt))
            body.Fail(ApiError.Bad("missing_required_parameter", "You must provide a prompt.", "prompt"));
        var negative = ReadPrompt(body, "negative_prompt", model) ?? "";
        if (negative.Length != 0 && !model.TakesNegativePrompt)
            body.Fail(ApiError.Bad("invalid_value", $"The model {model.Name} takes no negative prompt.", "negative_prompt"));

        // 3. How many, how large, how well.
        var count = body.Whole("n", 1, options.Value.MaxPictures) ?? body.Whole("num_images", 1, options.Value.MaxPictures) ?? 1;
        _ = body.Whole("num_images", 1, options.Value.MaxPictures);
        var size = ReadSize(task, body, model);
        var effort = body.OneOf("quality", "auto", "low", "medium", "high", "standard", "hd") switch
        {
            "low" => "low",
            "high" or "hd" => "high",
            _ => "medium",
        };
        var steps = body.Whole("steps", 1, model.MaxSteps) ?? StepsFor(effort, model);

        // 4. In which form.
        var format = body.OneOf("output_format", "png", "jpeg", "webp") switch
        {
            "jpeg" => ImageFormat.Jpeg,
            "webp" => ImageFormat.WebP,
            _ => ImageFormat.Png,
        };
        var compression = body.Whole("output_compression", 0, 100);
        if (compression is not null and not 100 && format == ImageFormat.Png)
            body.Fail(ApiError.Bad("invalid_value", "'output_compression' is for jpeg and webp; a png keeps everything.", "output_compression"));
        if (body.OneOf("background", "auto", "opaque", "transparent") == "transparent")
            body.Fail(ApiError.Bad("invalid_value", $"The model {model.Name} makes no transparent backgrounds. Use auto or opaque.", "background"));
        var form = body.OneOf("response_format", "url", "b64_json");
        var isStream = body.Flag("stream") ?? false;
        var partial = body.Whole("partial_images", 0, 3);
        if (isStream && task == ImageTask.Variation)
            body.Fail(ApiError.Bad("invalid_value", "Variations are not streamed.", "stream"));
        if (isStream && count > 1)
            body.Fail(ApiError.Bad("invalid_value", "A stream makes one picture: leave 'n' at 1, or ask several times.", "n"));
        if (isStream && form == "url")
            body.Fail(ApiError.Bad("invalid_value", "A stream brings its pictures itself: leave 'response_format' out.", "response_format"));
        if (partial > 0 && !isStream)
            body.Fail(ApiError.Bad("invalid_value", "'partial_images' needs 'stream'.", "partial_images"));

        // 5. What other services take and what changes nothing here: who asks is known by the key, what is not made stands in the site's own rules.
        _ = body.Text("user", 512);
        _ = body.OneOf("moderation", "auto", "low");
        _ = body.OneOf("style", "vivid", "natural");
        var fidelity = body.OneOf("input_fidelity", "low", "high");

        // 6. What only this site takes.
        var seed = body.Long("seed", 0, BoardLimits.Default.MaxSeed);
        var guidance = body.Number("guidance", 0, model.MaxGuidance);
        var strength = body.Number("strength", 0.05, 1);
        var detail = body.OneOf("metadata", "full", "source", "none") switch
        {
            "source" => ProvenanceDetail.Source,
            "none" => ProvenanceDetail.None,
            _ => ProvenanceDetail.Full,
        };
        body.RefuseUnknown();
        return body.Error is { } error ? (null, error) : (new()
        {
            Task = task,
            Model = model,
            Prompt = prompt,
            NegativePrompt = negative,
            Count = count,
            Size = size,

            // As the models that the names stand for: the old ones give addresses unless told otherwise, the newer ones always bytes.
            AsUrl = form is null ? !isStream && name?.Contains("gpt-image", StringComparison.Ordinal) != true : form == "url",
            Format = format,
            Quality = Math.Max(1, compression ?? UsualQuality),
            Effort = effort,
            Steps = steps,
            Guidance = guidance,
            Seed = seed,
            Strength = strength ?? (fidelity == "high" ? FaithfulStrength : UsualStrength),
            IsStream = isStream,
            PartialImages = partial ?? 0,
            Detail = detail,
        }, null);
    }

    private string? ReadPrompt(ApiBody body, string name, ModelInfo model)
    {
        var most = Math.Min(generation.Value.MaxPromptLength, model.MaxPromptLength);
        var prompt = body.Text(name, MaxTextLength);
        if (prompt?.Length > most)
            body.Fail(ApiError.Bad("string_above_max_length", FormattableString.Invariant($"'{name}' has {prompt.Length} characters; the model {model.Name} takes {most}."), name));
        return prompt;
    }

    private PixelSize? ReadSize(ImageTask task, ApiBody body, ModelInfo model)
    {
        var text = body.Text("size", MaxNameLength);
        if (text is null or "auto" && task == ImageTask.Edit)
            return null;
        var sizes = ImageSizes.Of(model, options.Value);
        if (text is null or "auto")
            return ImageSizes.Parse(options.Value.DefaultSize) is { } usual && sizes.Contains(usual) ? usual : sizes[^1];
        if (ImageSizes.Parse(text) is { } size && (sizes.Contains(size) || (task == ImageTask.Edit && size.Area <= options.Value.MaxEditPixels)))
            return size;
        body.Fail(ApiError.Bad("invalid_size", $"'{text}' is not a size that the model {model.Name} makes. It makes {string.Join(", ", sizes.Select(ImageSizes.Write))}.", "size"));
        return null;
    }

    private static int StepsFor(string effort, ModelInfo model) => effort switch
    {
        "low" => Math.Max(1, model.DefaultSteps / 2),
        "high" => Math.Min(model.MaxSteps, 2 * model.DefaultSteps), // As many as cost no more.
        _ => model.DefaultSteps,
    };
}
