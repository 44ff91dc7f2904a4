using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>Reads a request's parameters and pictures from JSON or a form. Limits come before bytes; a form's pictures go to the disk while they come.</summary>
internal sealed class BodyReader(IOptions<OpenAiOptions> options)
{
    private const int MaxValues = 64;
    private const int MaxNameLength = 64;
    private const int MemoryBytes = 1 << 16;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 8 };

    /// <param name="takesPictures">Else the smaller limit holds.</param>
    public async Task<(ApiBody? Body, ApiError? Error)> ReadAsync(HttpContext http, bool takesPictures, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type))
            return (null, ApiErrors.OfStatus(StatusCodes.Status415UnsupportedMediaType, http.Request.Method, http.Request.Path));
        var isJson = type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        var isForm = http.Request.HasFormContentType;
        if (!isJson && !isForm)
            return (null, ApiErrors.OfStatus(StatusCodes.Status415UnsupportedMediaType, http.Request.Method, http.Request.Path));

        // 1. How much? Said before a byte is read where the client says how much it is; else counted while it comes.
        var limit = !takesPictures ? options.Value.MaxBodyBytes : isJson ? options.Value.MaxJsonUploadBytes : options.Value.MaxUploadBytes;
        if (http.Request.ContentLength > limit)
            return (null, ApiErrors.TooLarge(limit));
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;

        // 2. The parameters.
        try
        {
            return isJson ? await ReadJsonAsync(http.Request, cancellationToken) : await ReadFormAsync(http.Request, limit, cancellationToken);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, ApiErrors.TooLarge(limit));
        }
        catch (JsonException)
        {
            return (null, ApiError.Bad("invalid_json", "The body is not a JSON object. Check commas, quotes and that it is UTF-8."));
        }
        catch (InvalidDataException)
        {
            return (null, ApiError.Bad("invalid_form", FormattableString.Invariant($"The form cannot be read: it is broken, or has more than {MaxValues} parts.")));
        }
    }

    private async Task<(ApiBody? Body, ApiError? Error)> ReadFormAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(
            new FormOptions
            {
                MemoryBufferThreshold = MemoryBytes,
                BufferBodyLengthLimit = limit,
                MultipartBodyLengthLimit = limit,
                ValueCountLimit = MaxValues,
                KeyLengthLimit = MaxNameLength,
                ValueLengthLimit = (int)options.Value.MaxBodyBytes,
            },
            cancellationToken);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in form)
        {
            if (value.Count != 1 || !values.TryAdd(name, value.ToString()))
                return (null, ApiError.Bad("duplicate_parameter", $"'{name}' is there more than once.", name));
        }

        var files = new List<ApiFile>();
        foreach (var file in form.Files)
        {
            var name = file.Name is "image[]" ? "image" : file.Name;
            if (name is not ("image" or "mask"))
                return (null, ApiError.Bad("unknown_parameter", $"Unknown parameter: '{name}'.", name));
            files.Add(new(name, file.Length, file.OpenReadStream));
        }

        return (new(values, files), null);
    }

    private static async Task<(ApiBody? Body, ApiError? Error)> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(request.Body, s_json, cancellationToken);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new List<ApiFile>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (property.Name is "image" or "images" or "mask")
            {
                if (AddFiles(property.Name == "mask" ? "mask" : "image", property.Value, files) is { } wrong)
                    return (null, wrong with { Param = property.Name });
                continue;
            }

            if (TextOf(property.Value) is not { } text)
                return (null, ApiError.Bad("invalid_type", $"'{property.Name}' is a text, a number, true or false.", property.Name));
            if (values.Count == MaxValues || !values.TryAdd(property.Name, text))
                return (null, ApiError.Bad("duplicate_parameter", $"'{property.Name}' is there more than once.", property.Name));
        }

        return (new(values, files), null);
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    // A data URL, an object that holds one as image_url, or a list of either. Other URLs are never fetched: the site goes nowhere that a stranger sends it.
    private static ApiError? AddFiles(string name, JsonElement value, List<ApiFile> files)
    {
        if (value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Array ? NoPicture() : AddFiles(name, item, files)).FirstOrDefault(static error => error is not null);
        var text = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("image_url", out var inner) ? TextOf(inner) : TextOf(value);
        if (text is null)
            return NoPicture();
        if (text.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            return ApiError.Bad("url_not_fetched", "Pictures are not fetched from other sites. Send the file, or a data URL with it.");
        var start = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf(',', StringComparison.Ordinal) + 1 : 0;
        var bytes = new byte[(text.Length - start) / 4 * 3 + 3];
        if (!Convert.TryFromBase64Chars(text.AsSpan(start), bytes, out var length) || length == 0)
            return NoPicture();
        files.Add(new(name, length, () => new MemoryStream(bytes, 0, length, writable: false)));
        return null;
    }

    private static ApiError NoPicture() => ApiError.Bad("invalid_image", "A picture in JSON is a data URL (\"data:image/png;base64,...\"), or a list of them.");
}
