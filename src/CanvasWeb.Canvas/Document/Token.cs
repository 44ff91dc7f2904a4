using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Document;

/// <summary>The one alphabet of identifiers: 1 to 40 of A-Z, a-z, 0-9, "_" and "-". Safe in URLs, file names and log lines.</summary>
internal static class Token
{
    public const int MaxLength = 40;

    public static bool IsValid(string? text) => text is { Length: > 0 and <= MaxLength } && text.AsSpan().IndexOfAnyExcept(Alphabet) < 0;

    public static string Check(string? text, string what) =>
        IsValid(text) ? text! /* IsValid refuses null */ : throw new ArgumentException($"\"{text}\" is no {what}: 1 to {MaxLength} letters, digits, '_' or '-' are.", nameof(text));

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
}

/// <summary>Reads and writes a value that is one string in JSON; what does not parse is a <see cref="JsonException"/>.</summary>
internal abstract class TextConverter<T>(Func<string?, T> parse, Func<T, string> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException($"A {typeof(T).Name} is a string.");
        try
        {
            return parse(reader.GetString());
        }
        catch (ArgumentException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(write(value));
    }
}
