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
        if (!File.Exists(path))
            throw new ModelFormatException(path, "is missing.");
        try
        {
            return ConfigFile.ReadBytes(path, MaxFileBytes);
        }
        catch (RefusedException exception)
        {
            throw exception.ToFormatException();
        }
    }

    /// <summary>The JSON object of a file; one without fields where it may be absent and is.</summary>
    public static ConfigFile ReadObject(string path, bool required)
    {
        if (!required && !File.Exists(path))
            return ConfigFile.Absent(path);
        try
        {
            return ConfigFile.Parse(ReadBytes(path), path);
        }
        catch (RefusedException exception)
        {
            throw exception.ToFormatException();
        }
    }

    /// <summary>Token text to id.</summary>
    public static Dictionary<string, int> ReadVocabulary(string path)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in ReadObject(path, required: true).Fields)
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id is < 0 or > MaxId)
                throw new ModelFormatException(path, $"\"{entry.Name}\" must have an id from 0 to {MaxId}.");
            vocabulary[entry.Name] = id;
        }

        return vocabulary;
    }

    /// <summary>A special token of the two config files: a string, or an object with "content". Null when neither names it.</summary>
    public static string? SpecialToken(ConfigFile config, string name)
    {
        if (config.Find(name) is not { } token)
            return null;
        if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content))
            token = content;
        return token.ValueKind == JsonValueKind.String ? token.GetString() : null;
    }

    /// <summary>A whole number that fits; null for anything else, such as the 1e30 that stands for "no limit".</summary>
    public static int? WholeNumber(ConfigFile config, string name) =>
        config.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static bool? Flag(ConfigFile config, string name) => config.Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
