using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>Reads a request's parameters and pictures from JSON or a form. Limits come before bytes; whatever brings pictures goes to the disk while it comes.</summary>
internal sealed class BodyReader(IOptions<OpenAiOptions> options) : IDisposable
{
    private const int MaxValues = 64;
    private const int MaxNameLength = 64;
    private const int MemoryBytes = 1 << 16;

    private const int PermitBytes = 1 << 10;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 8 };

    // The text and the pictures in it. Who holds a part of it may wait for a share of the PixelBudget, never the other way round.
    private readonly ConcurrencyLimiter _memory = new(new()
    {
        PermitLimit = (int)(options.Value.JsonMemoryBytes / PermitBytes),
        QueueLimit = options.Value.MaxWaitingJson * Permits(options.Value.MaxJsonUploadBytes, options.Value),
    });

    public void Dispose() => _memory.Dispose();

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
            if (!isJson)
                return await ReadFormAsync(http.Request, limit, cancellationToken);
            return takesPictures ? await ReadLargeJsonAsync(http.Request, cancellationToken) : ReadJson(await JsonDocument.ParseAsync(http.Request.Body, s_json, cancellationToken), memory: null);
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

    private static int Permits(long bytes, OpenAiOptions options) => (int)Math.Clamp(2 * bytes / PermitBytes, 1, options.JsonMemoryBytes / PermitBytes);

    // To the disk first: a body that comes slowly holds no memory that others wait for.
    private async Task<(ApiBody? Body, ApiError? Error)> ReadLargeJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(MemoryBytes);
        await request.Body.DrainAsync(cancellationToken);
        var length = request.Body.Length;
        request.Body.Position = 0;
        var memory = await _memory.AcquireAsync(Permits(length, options.Value), cancellationToken);
        var isHeld = false;
        try
        {
            if (!memory.IsAcquired)
                return (null, ApiErrors.Busy("Too many pictures are coming in just now.", options.Value.RetryAfterSeconds));
            var text = new byte[length];
            await request.Body.ReadExactlyAsync(text, cancellationToken);
            var read = ReadJson(JsonDocument.Parse(text, s_json), memory);
            isHeld = read.Body is not null;
            return read;
        }
        finally
        {
            if (!isHeld)
                memory.Dispose();
        }
    }

    private static (ApiBody? Body, ApiError? Error) ReadJson(JsonDocument parsed, IDisposable? memory)
    {
        using var document = parsed;
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

        return (new(values, files, memory), null);
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
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("image_url", out var inner))
            value = inner;
        if (value.ValueKind != JsonValueKind.String)
            return NoPicture();

        // Straight from the text of the body, and decoded in its place: as a string it would be there three times.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var bytes = new byte[raw.Length];
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        var text = bytes.AsSpan(0, reader.CopyString(bytes));
        if (BeginsWith(text, "http"u8))
            return ApiError.Bad("url_not_fetched", "Pictures are not fetched from other sites. Send the file, or a data URL with it.");
        var start = BeginsWith(text, "data:"u8) ? text.IndexOf((byte)',') + 1 : 0;
        if (Base64.DecodeFromUtf8InPlace(text[start..], out var length) != OperationStatus.Done || length == 0)
            return NoPicture();
        files.Add(new(name, length, () => new MemoryStream(bytes, start, length, writable: false)));
        return null;
    }

    private static bool BeginsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);

    private static ApiError NoPicture() => ApiError.Bad("invalid_image", "A picture in JSON is a data URL (\"data:image/png;base64,...\"), or a list of them.");
}
