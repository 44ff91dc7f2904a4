using System.Text.Json;

namespace CanvasWeb.Diffusion.Models;

/// <summary>A JSON object from a file, read with a range for every value. An absent file is an object without fields.</summary>
internal sealed class ConfigFile
{
    /// <summary>Real ones have 1 to 3 KB; class labels and trained statistics make some longer.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly JsonElement _root;

    private ConfigFile(string file, JsonElement root)
    {
        File = file;
        _root = root;
    }

    public string File { get; }

    public IEnumerable<JsonProperty> Fields => _root.ValueKind == JsonValueKind.Object ? _root.EnumerateObject() : [];

    public static ConfigFile Absent(string file) => new(file, default);

    /// <exception cref="RefusedException">Unreadable, too long, not JSON, not an object.</exception>
    public static ConfigFile Read(string file) => Parse(ReadBytes(file, MaxBytes), file);

    /// <summary>A whole file, within a limit.</summary>
    /// <exception cref="RefusedException">Unreadable or too long.</exception>
    public static byte[] ReadBytes(string file, int maxBytes)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(file);
            if (stream.Length > maxBytes)
                throw new RefusedException(ModelRefusalCode.TooLarge, file, FormattableString.Invariant($"has {stream.Length} bytes, past the limit of {maxBytes}."));
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(ModelRefusalCode.Unreadable, file, $"cannot be read ({exception.Message}).");
        }
    }

    /// <exception cref="RefusedException">Not JSON, not an object.</exception>
    public static ConfigFile Parse(ReadOnlyMemory<byte> text, string file)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
            text = text[3..];
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new RefusedException(ModelRefusalCode.InvalidJson, file, "must hold one JSON object.");
            return new ConfigFile(file, document.RootElement.Clone());
        }
        catch (JsonException exception)
        {
            throw new RefusedException(ModelRefusalCode.InvalidJson, file, $"is not valid JSON ({exception.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>Null where the field is absent or null.</summary>
    public JsonElement? Find(string field) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int? Int(string field, int least, int most) => Find(field) is { } value ? IntOf(value, field, least, most) : null;

    /// <summary>One integer, or the first of a list: <c>cross_attention_dim</c> may be given for each block.</summary>
    public int? IntOrFirst(string field, int least, int most) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => IntOf(list[0], field, least, most),
        { } value => IntOf(value, field, least, most),
    };

    /// <summary><c>64</c>, <c>[64, 96]</c> or <c>{"height": 64, "width": 96}</c>: height, width.</summary>
    public (int Height, int Width)? Size(string field, int least, int most)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2)
            return (IntOf(value[0], field, least, most), IntOf(value[1], field, least, most));
        if (value.ValueKind == JsonValueKind.Object)
        {
            if (value.TryGetProperty("shortest_edge", out var edge))
                return (IntOf(edge, field, least, most), IntOf(edge, field, least, most));
            if (value.TryGetProperty("height", out var height) && value.TryGetProperty("width", out var width))
                return (IntOf(height, field, least, most), IntOf(width, field, least, most));
        }

        var side = IntOf(value, field, least, most);
        return (side, side);
    }

    public float? Float(string field, float least, float most)
    {
        if (Find(field) is not { } value)
            return null;
        return FloatOf(value, field, least, most);
    }

    public float[]? Floats(string field, int maxCount, float least, float most)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > maxCount)
            throw Wrong(field, value, FormattableString.Invariant($"a list of 1 to {maxCount} numbers"));
        return [.. value.EnumerateArray().Select(item => FloatOf(item, field, least, most))];
    }

    public double? Number(string field, double least, double most)
    {
        if (Find(field) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(field, value, FormattableString.Invariant($"a number from {least} to {most}"));
    }

    public int[]? Ints(string field, int maxCount, int least, int most)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > maxCount)
            throw Wrong(field, value, FormattableString.Invariant($"a list of up to {maxCount} integers"));
        return [.. value.EnumerateArray().Select(item => IntOf(item, field, least, most))];
    }

    /// <summary>How many entries a list has.</summary>
    public int? Count(string field, int most)
    {
        if (Find(field) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is var count && count > 0 && count <= most
            ? count
            : throw Wrong(field, value, FormattableString.Invariant($"a list of 1 to {most} entries"));
    }

    public bool? Bool(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(field, value, "true or false"),
    };

    public string? Text(string field, int maxLength)
    {
        if (Find(field) is not { } value)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 } && text.Length <= maxLength && !text.Any(char.IsControl)
            ? text
            : throw Wrong(field, value, FormattableString.Invariant($"a text of 1 to {maxLength} characters"));
    }

    /// <summary>One of some texts.</summary>
    public string? OneOf(string field, params ReadOnlySpan<string> allowed)
    {
        if (Find(field) is not { } value)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null && allowed.Contains(text) ? text : throw Wrong(field, value, $"one of {string.Join(", ", allowed.ToArray())}");
    }

    /// <summary>What one of some texts stands for.</summary>
    public T? Choice<T>(string field, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        var names = new string[choices.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = choices[i].Name;
        return OneOf(field, names) is { } text ? choices[Array.IndexOf(names, text)].Value : null;
    }

    /// <summary>The field may only be absent or hold the one value that is implemented.</summary>
    public void Require(string field, bool only)
    {
        if (Bool(field) is { } value && value != only)
            throw new RefusedException(ModelRefusalCode.InvalidValue, File, $"\"{field}\" cannot be honoured; only {(only ? "true" : "false")} is implemented.");
    }

    public void RequireNull(string field)
    {
        if (Find(field) is not null)
            throw new RefusedException(ModelRefusalCode.InvalidValue, File, $"\"{field}\" cannot be honoured; only null is implemented.");
    }

    public RefusedException Wrong(string field, JsonElement value, string wanted)
    {
        var got = value.GetRawText();
        return new RefusedException(ModelRefusalCode.InvalidValue, File, $"\"{field}\" is {(got.Length <= 60 ? got : got[..60] + "...")}, but should be {wanted}.");
    }

    /// <summary>Python writes whole numbers as 1 or 1.0.</summary>
    private int IntOf(JsonElement value, string field, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most && number == Math.Floor(number)
            ? (int)number
            : throw Wrong(field, value, FormattableString.Invariant($"an integer from {least} to {most}"));

    private float FloatOf(JsonElement value, string field, float least, float most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(field, value, FormattableString.Invariant($"a number from {least} to {most}"));
}
