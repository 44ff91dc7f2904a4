using System.Globalization;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;

namespace CanvasWeb.Web.Provenance;

/// <summary>
/// Finds the settings of a picture in its file: as this site and its command line write them, and in the one text that most programs for picture
/// generation share. It is a stranger's text: what is not understood or out of bounds is left out, and nothing of it is kept but settings.
/// </summary>
internal static class SettingsReader
{
    private const int MaxText = 64 * 1024;
    private const int MaxName = 80;

    // As many steps as any model here takes; what the chosen one takes is seen when they are used.
    private const int MaxSteps = 1_000;
    private const double MaxGuidance = 50;

    // The other programs' names for samplers, by how they begin, longest first.
    private static readonly (string Theirs, string Ours)[] s_samplers =
    [
        ("dpm++ 2m", "dpm++2m"), ("euler a", "euler-a"), ("euler", "euler"), ("ddim", "ddim"), ("heun", "heun"), ("unipc", "unipc"), ("plms", "pndm"), ("lms", "lms"), ("lcm", "lcm"),
    ];

    /// <summary>Null where the file has none that are understood.</summary>
    public static FrameSettings? Read(ReadOnlySpan<byte> file) => ImageMetadata.ReadParameters(file) is { Length: > 0 and <= MaxText } text ? Parse(text) : null;

    /// <summary>The same for the text itself.</summary>
    public static FrameSettings? Parse(string text)
    {
        var found = text.TrimStart().StartsWith('{') ? OfJson(text) : OfLines(text);
        return found is { Prompt.Length: > 0 } ? Bounded(found) : null;
    }

    private static FrameSettings? OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = 8 });
            var root = document.RootElement;

            // An export of a board: the first of its pictures. A picture of the command line keeps its settings one level down.
            if (root.TryGetProperty("pictures", out var pictures))
            {
                if (pictures.ValueKind != JsonValueKind.Array || pictures.GetArrayLength() == 0)
                    return null;
                root = pictures[0];
            }

            var settings = root.TryGetProperty("settings", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
            var prompts = Text(root, "prompt") is null ? settings : root;
            return new(
                Text(prompts, "prompt") ?? "",
                Text(prompts, "negativePrompt") ?? "",
                Text(root, "model") ?? Text(settings, "model") ?? (root.TryGetProperty("model", out var model) ? Text(model, "name") : null),
                Seed: (Number(root, "seed") ?? Number(settings, "seed")) is { } seed && seed >= 0 && seed <= BoardLimits.Default.MaxSeed ? (long)seed : null,
                Steps: Number(settings, "steps") is { } steps && steps is >= 1 and <= MaxSteps ? (int)steps : null,
                Guidance: Number(settings, "guidance"),
                Scheduler: Text(settings, "scheduler"),
                Strength: Number(settings, "strength"),
                Softness: Number(settings, "softness"),
                PriorSamples: (Number(root, "priorSamples") ?? Number(settings, "priorSamples")) is >= 1 and <= InferenceProtocol.MaxPriorSamples and var samples ? (int)samples : null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // "a fox in the snow\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512, Model: x"
    private static FrameSettings? OfLines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var last = Array.FindLastIndex(lines, static line => line.StartsWith("Steps: ", StringComparison.Ordinal));
        if (last < 0)
            return null;
        var negative = Array.FindIndex(lines, 0, last, static line => line.StartsWith("Negative prompt:", StringComparison.Ordinal));
        var values = Pairs(lines[last]);
        var sampler = values.GetValueOrDefault("Sampler") ?? "";
        return new(
            string.Join('\n', lines[..(negative < 0 ? last : negative)]).Trim(),
            negative < 0 ? "" : string.Join('\n', lines[negative..last])["Negative prompt:".Length..].Trim(),
            values.GetValueOrDefault("Model"),
            Seed: long.TryParse(values.GetValueOrDefault("Seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null,
            Steps: int.TryParse(values.GetValueOrDefault("Steps"), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps : null,
            Guidance: double.TryParse(values.GetValueOrDefault("CFG scale"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var guidance) ? guidance : null,
            Scheduler: s_samplers.FirstOrDefault(known => sampler.StartsWith(known.Theirs, StringComparison.OrdinalIgnoreCase)).Ours,
            Strength: double.TryParse(values.GetValueOrDefault("Denoising strength"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var strength) ? strength : null);
    }

    // By hand and in one pass: a stranger's text finds no pattern here that it could make slow. Of two values with one name the first counts.
    private static Dictionary<string, string> Pairs(string line)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in line.Split(','))
        {
            var colon = part.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && part.AsSpan(0, colon).Trim() is { Length: > 0 and <= MaxName } name)
                pairs.TryAdd(name.ToString(), part.AsSpan(colon + 2).Trim().ToString());
        }

        return pairs;
    }

    private static FrameSettings Bounded(FrameSettings found) => found with
    {
        Prompt = Shorten(found.Prompt, BoardLimits.Default.MaxPromptLength),
        NegativePrompt = Shorten(found.NegativePrompt, BoardLimits.Default.MaxPromptLength),
        Model = found.Model is { Length: > 0 and <= MaxName } model ? model : null,
        Seed = found.Seed is >= 0 && found.Seed <= BoardLimits.Default.MaxSeed ? found.Seed : null,
        Steps = found.Steps is >= 1 and <= MaxSteps ? found.Steps : null,
        Guidance = found.Guidance is >= 0 and <= MaxGuidance ? found.Guidance : null,
        Scheduler = found.Scheduler is { Length: > 0 and <= MaxName } scheduler ? scheduler : null,
        Strength = found.Strength is > 0 and <= 1 ? found.Strength : null,
        Softness = found.Softness is >= 0 and <= 1 ? found.Softness : null,
    };

    private static string Shorten(string text, int most)
    {
        var clean = string.Concat(text.Select(static letter => char.IsControl(letter) ? ' ' : letter));
        return clean.Length <= most ? clean : clean[..(char.IsHighSurrogate(clean[most - 1]) ? most - 1 : most)];
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
