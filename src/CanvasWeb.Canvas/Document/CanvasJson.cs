using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CanvasWeb.Canvas.Document.Ops;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// The JSON form of ops and snapshots. Strict in what it takes: an unknown type, version or member is refused rather than dropped, since
/// a change that one replica understands and another ignores would make them differ for ever.
/// </summary>
public static class CanvasJson
{
    private static readonly HashSet<string> s_types = new(
        typeof(BoardOp).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
            .Select(static attribute => (string)((JsonDerivedTypeAttribute)attribute).TypeDiscriminator! /* every op is declared with its type */),
        StringComparer.Ordinal);

    /// <summary>The options of every serialisation here; for hubs, <see cref="Configure"/> sets the same on theirs.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Sets all that the wire form depends on.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.AllowOutOfOrderMetadataProperties = true;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 16;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    public static string Write(BoardOp op) => JsonSerializer.Serialize(op, Options);

    public static string Write(ClientOp op) => JsonSerializer.Serialize(op, Options);

    public static string Write(SequencedOp op) => JsonSerializer.Serialize(op, Options);

    /// <summary>Reads an op that a client sent. What is wrong with it comes back as a value.</summary>
    public static (BoardOp? Op, Refusal? Refusal) ReadOp(ReadOnlySpan<byte> utf8, BoardLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (utf8.Length > limits.MaxOpBytes)
            return (null, new(RefusalCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"An op has at most {limits.MaxOpBytes} bytes, not {utf8.Length}.")));
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            return reader.Read() ? (null, Malformed("something follows the op")) : ReadOp(document.RootElement);
        }
        catch (JsonException error)
        {
            return (null, Malformed(error.Message));
        }
    }

    /// <summary>The same for an element that a hub has parsed; the hub limits its bytes.</summary>
    public static (BoardOp? Op, Refusal? Refusal) ReadOp(JsonElement json)
    {
        // The type and version come first, by hand: the serialiser's own messages speak of discriminators and .NET types.
        if (json.ValueKind != JsonValueKind.Object)
            return (null, Malformed("an op is an object"));
        if (!json.TryGetProperty("type", out var typeJson) || Text(typeJson) is not { } type)
            return (null, Malformed("the type is missing"));
        if (!s_types.Contains(type))
            return (null, new(RefusalCodes.UnknownType, $"There is no op \"{Shorten(type)}\". Reload the page if it is older than the server."));
        if (!json.TryGetProperty("v", out var v) || v.ValueKind != JsonValueKind.Number || !v.TryGetInt32(out var version))
            return (null, Malformed("the version is missing"));
        if (version != BoardOp.CurrentVersion)
            return (null, new(RefusalCodes.UnsupportedVersion, $"Ops of version {version} are not known here; this server speaks version {BoardOp.CurrentVersion}. Reload the page."));
        try
        {
            return json.Deserialize<BoardOp>(Options) is { } op ? (op, null) : (null, Malformed("an op is an object"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is what bytes that are no UTF-8 inside a string come to.
            return (null, Malformed(error.Message));
        }
    }

    /// <summary>Reads <c>{ "client", "clientSeq", "op" }</c>.</summary>
    public static (ClientOp? Op, Refusal? Refusal) ReadClientOp(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("client", out var client) || !ClientId.TryParse(Text(client), out var clientId)
            || !json.TryGetProperty("clientSeq", out var seq) || seq.ValueKind != JsonValueKind.Number || !seq.TryGetInt64(out var clientSeq) || clientSeq < 1
            || !json.TryGetProperty("op", out var inner))
            return (null, Malformed("client, clientSeq from 1 and op are needed"));
        var (op, refusal) = ReadOp(inner);
        return op is null ? (null, refusal) : (new(clientId, clientSeq, op), null);
    }

    /// <summary>Reads a row of the log, which this code wrote: anything wrong is an exception.</summary>
    /// <exception cref="JsonException">Not the form that <see cref="Write(SequencedOp)"/> makes.</exception>
    public static SequencedOp ReadSequencedOp(string json) =>
        JsonSerializer.Deserialize<SequencedOp>(json, Options) ?? throw new JsonException("A row of the log is an object.");

    // Null for anything but a string of valid UTF-8.
    private static string? Text(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static Refusal Malformed(string why) => new(RefusalCodes.Malformed, $"This op cannot be read: {Shorten(why)}.");

    // What came from outside goes back and into logs in a bounded length.
    private static string Shorten(string text) => text.Length <= 160 ? text : text[..160];

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        Configure(options);
        options.MakeReadOnly();
        return options;
    }
}
