using System.Text.Json;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Tokenizers;

/// <summary>Reads a tokenizer folder's files within limits; every failure is a <see cref="ModelFormatException"/> that names the file.</summary>
internal static class TokenizerFiles
{
    /// <summary>Longest file: CLIP's vocabulary is 1 MB, its merges 0.5 MB.</summary>
    private const int MaxFileBytes = 32 << 20;

    /// <summary>Highest id: larger ones would only make the table for decoding huge.</summary>
    private const int MaxId = 1 << 20;

    public static byte[] ReadBytes(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
                throw new ModelFormatException(path, "is missing.");
            return info.Length <= MaxFileBytes ? File.ReadAllBytes(path) : throw new ModelFormatException(path, $"is longer than {MaxFileBytes} bytes.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The JSON object of a file, or null when it may be absent and is.</summary>
    public static JsonElement? ReadObject(string path, bool required)
    {
        if (!required && !File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(ReadBytes(path), new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ModelFormatException(path, "must hold one JSON object.");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(path, $"is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Token text to id.</summary>
    public static Dictionary<string, int> ReadVocabulary(string path)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in ReadObject(path, required: true)!.Value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id is < 0 or > MaxId)
                throw new ModelFormatException(path, $"\"{entry.Name}\" must have an id from 0 to {MaxId}.");
            vocabulary[entry.Name] = id;
        }

        return vocabulary;
    }

    /// <summary>A special token of the two config files: a string, or an object with "content". Null when neither names it.</summary>
    public static string? SpecialToken(JsonElement? config, string name)
    {
        if (config is not { } root || !root.TryGetProperty(name, out var token))
            return null;
        if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content))
            token = content;
        return token.ValueKind == JsonValueKind.String ? token.GetString() : null;
    }

    /// <summary>A whole number that fits; null for anything else, such as the 1e30 that stands for "no limit".</summary>
    public static int? TryGetInt32OrNull(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    public static bool? Flag(JsonElement? config, string name) =>
        config is { } root && root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;
}
