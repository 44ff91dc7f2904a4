using System.Text.RegularExpressions;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>The examples of the README are command lines that run, with the model that they name or the default one.</summary>
public sealed class ReadmeExampleTests
{
    public static TheoryData<string> Examples => [.. File.ReadLines(RepositoryFiles.PathTo("src", "CanvasWeb.Inference", "README.md"))
        .SkipWhile(line => line != "## Verbs by example").SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```")
        .Select(line => line.Split(" #", 2)[0].TrimEnd())];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_runs(string example)
    {
        using var folder = new TemporaryFolder();
        var picture = ImageEncoder.Encode(new PixelImage(64, 64), new EncodeOptions { Format = ImageFormat.Png, Parameters = "{}" });
        string[] given = ["photo.png", "sketch.png", "cube.png"];
        foreach (var name in given)
            await File.WriteAllBytesAsync(folder[name], picture, TestContext.Current.CancellationToken);
        var white = new PixelImage(64, 64);
        white.Rgba.AsSpan().Fill(255);
        await File.WriteAllBytesAsync(folder["mask.png"], ImageEncoder.Encode(white, new EncodeOptions { Format = ImageFormat.Png }), TestContext.Current.CancellationToken);

        // Files lie in the test's own folder, and a model's name stands for its description.
        var words = Word().Matches(example).Select(match => match.Value.Trim('"')).ToList();
        var model = words.IndexOf("--model") is >= 0 and var at ? words[at + 1] : null;
        if (model != null)
            words[words.IndexOf(model)] = "fake";
        words = [.. words.Select(word => word.EndsWith(".png", StringComparison.Ordinal) || word.EndsWith(".webp", StringComparison.Ordinal) || word == "steps" ? folder[word] : word)];
        if (words[0] is "bench" or "replay" or "similarity" || words.Contains("--rank"))
            words.Add("--help"); // Read, not run: they measure, or want a picture that a model has made or a model's encoders, which ReplayTests and OperationTests have.
        else if (words[0] is not ("models" or "info" or "score") && !words.Contains("--out"))
            words.AddRange(["--out", folder.Path + Path.DirectorySeparatorChar]);
        var described = model == null ? RepositoryFiles.PathTo("models", "canvas-mini") : RepositoryFiles.PathTo("tests", "golden", "models", $"{model}-tiny");

        using var output = new StringWriter();
        using var error = new StringWriter();
        using var usual = new FakePipeline();
        using var pipeline = new FakePipeline { Info = usual.Info with { UpscaleFactor = 4 } };
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = new FakeModelLibrary(pipeline) { DescribedBy = described } };
        var exitCode = await CommandLine.RunAsync(words, host, TestContext.Current.CancellationToken);

        Assert.True(exitCode == ExitCode.Ok, $"{example}: {error}");
    }

    [Fact]
    public void There_are_examples_of_every_verb()
    {
        var verbs = Examples.Select(row => row.Data.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);

        Assert.Superset(new HashSet<string>(["generate", "inpaint", "outpaint", "vary", "interpolate", "textdiff", "upscale", "similarity", "replay", "score", "info", "models", "bench"], StringComparer.Ordinal), verbs);
    }

    private static Regex Word() => new("\"[^\"]*\"|\\S+", RegexOptions.NonBacktracking);
}
