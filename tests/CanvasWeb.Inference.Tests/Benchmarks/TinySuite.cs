using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;
using CanvasWeb.Inference.Output;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Benchmarks;

/// <summary>A suite of 35 prompts that a tiny model can read (its tokenizer knows letters only), with the real judge. Its pictures are plain colours.</summary>
internal static class TinySuite
{
    private const int Side = 64;

    public static string Write(TemporaryFolder folder)
    {
        var suite = Directory.CreateDirectory(folder["suite"]).FullName;
        foreach (var file in (string[])["judge.onnx", "judge.json"])
            File.Copy(RepositoryFiles.PathTo("tests", "quality", file), Path.Combine(suite, file));

        var prompts = new List<SuitePrompt>();
        Add("scenes", 6, ("scene", "sea"), ("light", "night"));
        Add("solids", 4, ("scene", "plain"), ("colour", "red"), ("shape", "cube"));
        Add("solids_held_out", 4, ("scene", "plain"), ("colour", "blue"), ("shape", "cone"));
        Add("left", 4, ("left_colour", "red"), ("right_colour", "blue"));
        Add("on", 4, ("top_colour", "red"), ("bottom_colour", "blue"));
        Add("things", 6, ("thing", "fox"), ("scene", "snow"));
        Add("things_held_out", 4, ("thing", "cat"), ("scene", "sea"));
        var english = prompts.ToList();
        prompts.AddRange([.. ((string[])["pt", "zh"]).Select(language => english[0] with { Id = $"scenes-0-{language}", Group = "languages", Lang = language, Base = english[0].Id })]);
        prompts.Add(new SuitePrompt("wish-0", "wishes", "en", "a hat", null, null, Truth(("thing", "crown"))));
        var document = new SuiteDocument
        {
            TileSide = Side,
            TileColumns = 8,
            Retrieval = [.. english.Select(prompt => prompt.Id)],
            Prompts = prompts,
            Outpaints = [new SuiteOutpaint("outpaint-0", "sea", 32), new SuiteOutpaint("outpaint-1", "sea", 32)],
            Variations = [new SuiteVariation("variation-0", 0, "fox"), new SuiteVariation("variation-1", 1, "cat")],
            TextDiffs = [new SuiteTextDiff("diff-0", 0, "red", "blue", "colour", "blue"), new SuiteTextDiff("diff-1", 1, "day", "night", "light", "night")],
        };
        File.WriteAllBytes(Path.Combine(suite, "prompts.json"), JsonSerializer.SerializeToUtf8Bytes(document, InferenceJson.Readable.SuiteDocument));
        Save(Path.Combine(suite, "tiles.webp"), Colours(8 * Side, 4 * Side));
        Save(Path.Combine(suite, "continuations.webp"), Colours(2 * Side * 3 / 2, Side));
        return suite;

        void Add(string group, int count, params (string Head, string Label)[] truth)
        {
            for (var i = 0; i < count; i++)
                prompts.Add(new SuitePrompt($"{group}-{i}", group, "en", $"{group[0]}{i}", prompts.Count, null, Truth(truth)));
        }
    }

    private static Dictionary<string, string> Truth(params (string Head, string Label)[] truth) => truth.ToDictionary(pair => pair.Head, pair => pair.Label, StringComparer.Ordinal);

    private static void Save(string path, PixelImage picture) => File.WriteAllBytes(path, ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Lossless = true }));

    private static PixelImage Colours(int width, int height)
    {
        var picture = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                ((byte[])[(byte)(x * 255 / width), (byte)(y * 255 / height), (byte)(y % Side < Side / 2 ? 220 : 60), 255]).CopyTo(picture.Rgba, picture.Offset(x, y));
        }

        return picture;
    }
}
