using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Commands;

/// <summary>The verbs that take pictures between, away from, larger than or like others.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OperationTests()
    {
        foreach (var name in (string[])["a.png", "b.png"])
            File.WriteAllBytes(_folder[name], ImageEncoder.Encode(new PixelImage(48, 40), new EncodeOptions()));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pictures_between_two_are_evenly_apart()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "interpolate", _folder["a.png"], _folder["b.png"], "--count", "3", "--seed", "1", "--out", _folder["out.png"]);

        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        Assert.Equal([0.25f, 0.5f, 0.75f], pipeline.Requests.Select(request => request.Theta ?? -1));
        Assert.All(pipeline.Requests, request => Assert.Equal((GenerationTask.Interpolation, true, true), (request.Task, request.Image is not null, request.OtherImage is not null)));
        Assert.All((string[])["out-0.png", "out-1.png", "out-2.png"], name => Assert.True(File.Exists(_folder[name])));
    }

    [Fact]
    public async Task A_text_diff_makes_a_picture_for_each_theta()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "textdiff", _folder["a.png"], "--from", "a red cube", "--to", "a blue cube", "--theta", "0.2, 0.4", "--seed", "1", "--out", _folder["out.png"], "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        Assert.Equal([(0.2f, "a red cube", "a blue cube"), (0.4f, "a red cube", "a blue cube")], pipeline.Requests.Select(request => (request.Theta ?? -1, request.FromPrompt ?? "", request.Prompt)));
        Assert.Equal(2, run.Json.GetProperty("images").GetArrayLength());

        // One memory for the whole run: the picture is inverted once.
        Assert.Same(pipeline.Requests[0].Inversions, pipeline.Requests[1].Inversions);
    }

    [Fact]
    public async Task An_enlarged_picture_is_named_after_the_one_that_it_comes_from()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "upscale", _folder["a.png"], "--out", _folder.Path + Path.DirectorySeparatorChar);

        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        Assert.True(File.Exists(_folder["a-upscaled.png"]));
        Assert.Equal(GenerationTask.Upscale, Assert.Single(pipeline.Requests).Task);
        Assert.Equal(ExitCode.Output, (await RunAsync(pipeline, "upscale", _folder["a.png"], "--out", _folder.Path + Path.DirectorySeparatorChar)).ExitCode);
    }

    [Fact]
    public async Task The_file_of_an_enlarged_picture_says_only_what_was_used()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "upscale", _folder["a.png"], "--out", _folder["large.png"], "--json");
        var large = ImageDecoder.Decode(await File.ReadAllBytesAsync(_folder["large.png"], TestContext.Current.CancellationToken), ImageLimits.Default);
        var parameters = (await RunAsync(pipeline, "info", _folder["large.png"], "--json")).Json.GetProperty("parameters");

        Assert.Equal(["width", "height"], parameters.GetProperty("settings").EnumerateObject().Select(property => property.Name));
        Assert.Equal((large.Width, large.Height), (parameters.GetProperty("settings").GetProperty("width").GetInt32(), parameters.GetProperty("settings").GetProperty("height").GetInt32()));
        Assert.False(parameters.TryGetProperty("seed", out _));
        Assert.False(run.Json.TryGetProperty("seed", out _));
        Assert.Contains("from another picture by `upscale`", (await RunAsync(pipeline, "replay", _folder["large.png"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_diff_without_thetas_goes_three_ways()
    {
        using var pipeline = new FakePipeline();

        await RunAsync(pipeline, "textdiff", _folder["a.png"], "--to", "a blue cube", "--seed", "1", "--out", _folder["out.png"]);

        Assert.Equal([0.3f, 0.4f, 0.5f], pipeline.Requests.Select(request => request.Theta ?? -1));
    }

    [Fact]
    public async Task Prior_samples_reach_the_model_and_its_file()
    {
        using var pipeline = new FakePipeline();

        await RunAsync(pipeline, "generate", "a cube", "--prior-samples", "4", "--seed", "1", "--out", _folder["four.png"]);

        Assert.Equal(4, Assert.Single(pipeline.Requests).PriorSamples);
        Assert.Contains("\"priorSamples\":4", (await RunAsync(pipeline, "info", _folder["four.png"], "--json")).Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.StartsWith("identical", (await CommandRun.WithFakeAsync("replay", _folder["four.png"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate", "a cube", "--rank")]
    [InlineData("similarity", "a.png", "--prompt", "a cube")]
    public async Task A_model_without_encoders_cannot_compare_and_says_so(params string[] arguments)
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, [.. arguments.Select(word => word.EndsWith(".png", StringComparison.Ordinal) ? _folder[word] : word), .. arguments[0] == "generate" ? (string[])["--out", _folder["out.png"]] : []]);

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Contains("no encoders", run.Error, StringComparison.Ordinal);
        Assert.Empty(pipeline.Requests);
    }

    [Fact]
    public async Task With_the_model_of_the_repository_pictures_are_ranked_and_compared_with_words()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = new Inference.Models.ModelLibrary(null, AppContext.BaseDirectory) };
        string[] model = ["--model", RepositoryFiles.PathTo("models", "canvas-mini"), "--device", "cpu", "--quiet"];

        var made = await CommandLine.RunAsync(["generate", "a field at night", "--count", "2", "--steps", "3", "--prior-samples", "2", "--rank", "--seed", "1", "--out", _folder["night.png"], .. model], host, TestContext.Current.CancellationToken);
        var listed = output.ToString().TrimEnd().Split('\n');
        output.GetStringBuilder().Clear();
        var compared = await CommandLine.RunAsync(["similarity", _folder["night-0.png"], _folder["night-1.png"], "--prompt", "a field at night", .. model], host, TestContext.Current.CancellationToken);

        Assert.True((made, compared) == (ExitCode.Ok, ExitCode.Ok), error.ToString());
        Assert.Equal(2, listed.Length);
        Assert.True(Value(listed[0]) >= Value(listed[1]));

        // The same numbers whichever verb says them: a PNG keeps every pixel.
        Assert.Equal(listed, output.ToString().TrimEnd().Split('\n'));
        static double Value(string line) => double.Parse(line.Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<CommandRun> RunAsync(FakePipeline pipeline, params string[] arguments) => CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, arguments);
}
