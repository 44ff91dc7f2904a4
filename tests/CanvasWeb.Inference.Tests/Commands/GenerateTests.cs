using System.Security.Cryptography;
using System.Text.Json;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Commands;

public sealed class GenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_option_reaches_the_pipeline()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "generate", "a red cube", "--negative", "blur", "--seed", "18446744073709551615", "--steps", "3", "--guidance", "2.5", "--scheduler", "euler-a", "--size", "96x32", "--count", "2", "--image-index", "4", "--out", _folder["a.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var expected = new GenerationRequest { Prompt = "a red cube", NegativePrompt = "blur", Seed = ulong.MaxValue, Steps = 3, GuidanceScale = 2.5f, Scheduler = SchedulerKind.EulerAncestral, Width = 96, Height = 32, ImageIndex = 4 };
        Assert.Equal([expected, expected with { ImageIndex = 5 }], pipeline.Requests);
        Assert.True(pipeline.IsDisposed);
    }

    [Fact]
    public async Task What_was_not_given_is_left_to_the_model()
    {
        using var pipeline = new FakePipeline();

        await RunAsync(pipeline, "generate", "a", "--out", _folder["a.png"]);

        Assert.Equal(new GenerationRequest { Prompt = "a", Seed = 99 }, Assert.Single(pipeline.Requests));
    }

    [Fact]
    public async Task The_path_of_each_file_goes_to_stdout_and_progress_to_stderr()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--count", "2", "--out", _folder["a.png"]);

        Assert.Equal($"{_folder["a-0.png"]}\n{_folder["a-1.png"]}\n", run.Output);
        Assert.Contains("picture 2 of 2: 5 steps", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drawn_seed_is_shown_so_that_the_picture_can_be_made_again()
    {
        var drawn = await CommandRun.WithFakeAsync("generate", "a", "--out", _folder["a.png"]);
        var given = await CommandRun.WithFakeAsync("generate", "a", "--out", _folder["a.png"], "--seed", "99");

        Assert.Contains("seed 99\n", drawn.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("seed", given.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_says_nothing_on_stderr()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--quiet", "--out", _folder["a.png"]);

        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Json_is_one_object_whose_hashes_are_the_files()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a \"red\" 方块", "--negative", "blur", "--seed", "7", "--count", "2", "--out", _folder["a.webp"], "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Empty(run.Error);
        var report = run.Json;
        Assert.Equal("generate", report.GetProperty("verb").GetString());
        Assert.Equal("a \"red\" 方块", report.GetProperty("prompt").GetString());
        Assert.Equal("blur", report.GetProperty("negativePrompt").GetString());
        Assert.Equal(7u, report.GetProperty("seed").GetUInt64());
        Assert.Equal("fake", report.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(64, report.GetProperty("model").GetProperty("hash").GetString()!.Length);
        Assert.Equal("cpu", report.GetProperty("provider").GetString());
        var settings = report.GetProperty("settings");
        Assert.Equal(5, settings.GetProperty("steps").GetInt32());
        Assert.Equal(4, settings.GetProperty("guidance").GetDouble());
        Assert.Equal("ddim", settings.GetProperty("scheduler").GetString());
        Assert.Equal(64, settings.GetProperty("width").GetInt32());
        Assert.Equal(10, report.GetProperty("stepMs").GetArrayLength());
        Assert.Equal(["load", "denoise", "decode", "hash", "write"], report.GetProperty("stageMs").EnumerateObject().Select(stage => stage.Name));
        Assert.Equal(0, report.GetProperty("previewCount").GetInt32());
        Assert.True(report.GetProperty("peakMemoryBytes").GetInt64() > 0);
        Assert.False(string.IsNullOrEmpty(report.GetProperty("versions").GetProperty("onnxRuntime").GetString()));
        var images = report.GetProperty("images").EnumerateArray().ToArray();
        Assert.Equal([0, 1], images.Select(image => image.GetProperty("index").GetInt32()));
        foreach (var image in images)
        {
            var bytes = await File.ReadAllBytesAsync(image.GetProperty("path").GetString()!, TestContext.Current.CancellationToken);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), image.GetProperty("sha256").GetString());
            Assert.Equal(64, image.GetProperty("width").GetInt32());
            Assert.Equal(64, image.GetProperty("height").GetInt32());
        }
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public async Task The_same_command_twice_gives_the_same_bytes(string name)
    {
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "1", "--out", _folder["1" + name]);
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "1", "--out", _folder["2" + name]);

        Assert.Equal(Bytes("1" + name), Bytes("2" + name));
    }

    [Fact]
    public async Task Picture_k_of_several_equals_the_single_run_with_that_index()
    {
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "1", "--count", "3", "--out", _folder["a.png"]);
        for (var k = 0; k < 3; k++)
        {
            await CommandRun.WithFakeAsync("generate", "a", "--seed", "1", "--image-index", $"{k}", "--out", _folder["single.png"]);
            Assert.Equal(Bytes($"a-{k}.png"), Bytes("single.png"));
        }

        Assert.NotEqual(Bytes("a-0.png"), Bytes("a-1.png"));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public async Task The_parameters_are_in_the_file(string name)
    {
        await CommandRun.WithFakeAsync("generate", "a <red> & 方块", "--negative", "blur", "--seed", "7", "--image-index", "3", "--out", _folder[name]);

        var parameters = JsonElement.Parse(ImageMetadata.ReadParameters(Bytes(name))!);
        Assert.Equal("a <red> & 方块", parameters.GetProperty("prompt").GetString());
        Assert.Equal("blur", parameters.GetProperty("negativePrompt").GetString());
        Assert.Equal(7u, parameters.GetProperty("seed").GetUInt64());
        Assert.Equal(3, parameters.GetProperty("imageIndex").GetInt32());
        Assert.Equal(5, parameters.GetProperty("settings").GetProperty("steps").GetInt32());
        Assert.Equal("fake", parameters.GetProperty("model").GetProperty("name").GetString());
        Assert.StartsWith("CanvasWeb ", parameters.GetProperty("software").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_reads_the_parameters_back()
    {
        await CommandRun.WithFakeAsync("generate", "a red cube", "--seed", "7", "--out", _folder["a.webp"]);

        var lines = await CommandRun.WithFakeAsync("info", _folder["a.webp"]);
        var json = await CommandRun.WithFakeAsync("info", _folder["a.webp"], "--json");

        Assert.Equal(ExitCode.Ok, lines.ExitCode);
        Assert.Contains("prompt: a red cube\n", lines.Output, StringComparison.Ordinal);
        Assert.Contains("seed: 7\n", lines.Output, StringComparison.Ordinal);
        Assert.Contains("settings.steps: 5\n", lines.Output, StringComparison.Ordinal);
        Assert.Equal(7, json.Json.GetProperty("parameters").GetProperty("seed").GetInt32());
    }

    [Fact]
    public async Task Info_on_a_picture_without_parameters_says_so()
    {
        await CommandRun.WithFakeAsync("generate", "a", "--no-metadata", "--out", _folder["a.png"]);

        var run = await CommandRun.WithFakeAsync("info", _folder["a.png"]);

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Contains("no parameters are in this file", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Input, (await CommandRun.WithFakeAsync("info", _folder["missing.png"])).ExitCode);
    }

    [Fact]
    public async Task Info_prints_a_strangers_text_without_its_control_characters()
    {
        var picture = new PixelImage(8, 8);
        await File.WriteAllBytesAsync(_folder["a.png"], ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.Png, Parameters = "a cube\u009b31m\nSteps: 20" }), TestContext.Current.CancellationToken);

        Assert.Equal("a cube 31m Steps: 20\n", (await CommandRun.WithFakeAsync("info", _folder["a.png"])).Output);
    }

    [Fact]
    public async Task No_metadata_keeps_the_pixels_and_leaves_the_parameters_out()
    {
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "7", "--out", _folder["with.png"]);
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "7", "--out", _folder["without.png"], "--no-metadata");

        Assert.Null(ImageMetadata.ReadParameters(Bytes("without.png")));
        Assert.Equal(ImageDecoder.Decode(Bytes("with.png"), ImageLimits.Default).Rgba, ImageDecoder.Decode(Bytes("without.png"), ImageLimits.Default).Rgba);
    }

    [Fact]
    public async Task Previews_of_every_step_land_in_their_folder()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--count", "2", "--steps", "2", "--previews", _folder["previews"], "--out", _folder["a.png"], "--json");

        Assert.Equal(4, run.Json.GetProperty("previewCount").GetInt32());
        Assert.Equal(
            ["preview-0-0001.webp", "preview-0-0002.webp", "preview-1-0001.webp", "preview-1-0002.webp"],
            Directory.GetFiles(_folder["previews"]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.Equal(16, ImageDecoder.Decode(Bytes("previews/preview-1-0002.webp"), ImageLimits.Default).Width);
    }

    [Fact]
    public async Task A_preview_replaces_an_old_one_whole_and_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(_folder["previews"]);
        await File.WriteAllTextAsync(_folder["previews/preview-0-0001.webp"], "old", TestContext.Current.CancellationToken);
        using var reader = new FileStream(_folder["previews/preview-0-0001.webp"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        await CommandRun.WithFakeAsync("generate", "a", "--steps", "1", "--previews", _folder["previews"], "--out", _folder["a.png"]);

        // Who had the old file open still reads the old one: it was renamed over, not written over.
        using var text = new StreamReader(reader);
        Assert.Equal("old", await text.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(16, ImageDecoder.Decode(Bytes("previews/preview-0-0001.webp"), ImageLimits.Default).Width);
        Assert.Single(Directory.GetFileSystemEntries(_folder["previews"]));
    }

    [Fact]
    public async Task A_preview_that_cannot_be_written_ends_with_5_and_leaves_nothing()
    {
        Directory.CreateDirectory(_folder["previews/preview-0-0001.webp"]);

        var run = await CommandRun.WithFakeAsync("generate", "a", "--steps", "1", "--previews", _folder["previews"], "--out", _folder["a.png"]);

        Assert.Equal(ExitCode.Output, run.ExitCode);
        Assert.Single(Directory.GetFileSystemEntries(_folder["previews"]));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task A_named_file_is_replaced()
    {
        await File.WriteAllTextAsync(_folder["a.png"], "old", TestContext.Current.CancellationToken);

        var run = await CommandRun.WithFakeAsync("generate", "a", "--out", _folder["a.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(64, ImageDecoder.Decode(Bytes("a.png"), ImageLimits.Default).Width);
    }

    [Fact]
    public async Task A_file_that_was_not_named_is_replaced_only_by_force()
    {
        using var pipeline = new FakePipeline();
        await File.WriteAllTextAsync(_folder["a-99.png"], "old", TestContext.Current.CancellationToken);

        var refused = await RunAsync(pipeline, "generate", "a", "--out", _folder.Path, "--json");
        Assert.Equal(ExitCode.Output, refused.ExitCode);
        Assert.Equal("file_exists", refused.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["a-99.png"], TestContext.Current.CancellationToken));
        Assert.Empty(pipeline.Requests);

        var forced = await CommandRun.WithFakeAsync("generate", "a", "--out", _folder.Path, "--force");
        Assert.Equal(ExitCode.Ok, forced.ExitCode);
        Assert.Equal(64, ImageDecoder.Decode(Bytes("a-99.png"), ImageLimits.Default).Width);
    }

    [Fact]
    public async Task A_missing_folder_is_told_before_anything_is_generated()
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "generate", "a", "--out", _folder["no/a.png"], "--json");

        Assert.Equal(ExitCode.Output, run.ExitCode);
        Assert.Equal("missing_folder", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(pipeline.Requests);
    }

    [Fact]
    public async Task A_cancelled_run_returns_130_and_keeps_only_finished_pictures()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        using var pipeline = new FakePipeline
        {
            AfterStep = _ =>
            {
                if (++steps == 8)
                    cancellation.Cancel();
            },
        };

        var run = await CommandRun.WithFakeAsync(pipeline, cancellation.Token, "generate", "a", "--count", "3", "--out", _folder["a.png"], "--json");

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal("cancelled", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(8, steps);
        Assert.Equal(["a-0.png"], _folder.Files());
        var finished = Assert.Single(run.Json.GetProperty("images").EnumerateArray());
        Assert.Equal(_folder["a-0.png"], finished.GetProperty("path").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Bytes("a-0.png"))), finished.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_run_that_finished_nothing_lists_no_images()
    {
        using var cancellation = new CancellationTokenSource();
        using var pipeline = new FakePipeline { AfterStep = _ => cancellation.Cancel() };

        var run = await CommandRun.WithFakeAsync(pipeline, cancellation.Token, "generate", "a", "--out", _folder["a.png"], "--json");

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.False(run.Json.TryGetProperty("images", out _));
    }

    [Theory]
    [InlineData(1, "--size", "64")]
    [InlineData(1, "--no-metadata", "--json")]
    [InlineData(0, "--no-metadata")]
    [InlineData(0, "--size", "65x64")]
    public async Task The_model_is_hashed_once_and_only_when_a_result_shows_the_hash(int times, params string[] options)
    {
        using var pipeline = new FakePipeline();
        using var output = new StringWriter();
        var library = new FakeModelLibrary(pipeline);

        await CommandLine.RunAsync(
            ["generate", "a", "--count", "2", "--out", _folder["a.png"], .. options],
            new CommandHost { Output = output, Error = output, Time = TimeProvider.System, Models = library },
            TestContext.Current.CancellationToken);

        Assert.Equal(times, library.Hashed);
    }

    [Fact]
    public async Task A_request_that_does_not_fit_the_model_returns_4_with_its_code_and_message()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--size", "65x64", "--out", _folder["a.png"], "--json");

        Assert.Equal(ExitCode.Input, run.ExitCode);
        var error = run.Json.GetProperty("error");
        Assert.Equal("size_not_divisible", error.GetProperty("code").GetString());
        Assert.Equal(run.Error.TrimEnd(), error.GetProperty("message").GetString());
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task An_upscaled_picture_is_reported_at_its_own_size()
    {
        using var plain = new FakePipeline();
        using var pipeline = new FakePipeline { Info = plain.Info with { UpscaleFactor = 4 } };

        var run = await RunAsync(pipeline, "generate", "a", "--size", "32", "--upscale", "--out", _folder["a.png"], "--json");

        Assert.Equal(128, run.Json.GetProperty("images")[0].GetProperty("width").GetInt32());
        Assert.Equal(32, run.Json.GetProperty("settings").GetProperty("width").GetInt32());
        Assert.True(run.Json.GetProperty("settings").GetProperty("upscale").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_model_returns_3()
    {
        var run = await CommandRun.WithFakeAsync("generate", "a", "--model", "no", "--out", _folder["a.png"]);

        Assert.Equal(ExitCode.Model, run.ExitCode);
    }

    [Fact]
    public async Task Details_are_shown_only_when_asked_for()
    {
        var plain = await CommandRun.WithFakeAsync("generate", "a", "--size", "65x64", "--out", _folder["a.png"], "--quiet");
        var verbose = await CommandRun.WithFakeAsync("generate", "a", "--size", "65x64", "--out", _folder["a.png"], "--quiet", "--verbose");

        Assert.Single(plain.Error.TrimEnd().Split('\n'));
        Assert.Contains(nameof(FakePipeline), verbose.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@prompt")]
    [InlineData("red cube\twith tab")]
    public async Task Any_text_is_a_prompt(string prompt)
    {
        using var pipeline = new FakePipeline();

        var run = await RunAsync(pipeline, "generate", prompt, "--out", _folder["a.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(prompt, Assert.Single(pipeline.Requests).Prompt);
    }

    [Fact]
    public async Task A_prompt_that_looks_like_an_option_follows_two_dashes()
    {
        using var pipeline = new FakePipeline();

        await RunAsync(pipeline, "generate", "--out", _folder["a.png"], "--", "--help");

        Assert.Equal("--help", Assert.Single(pipeline.Requests).Prompt);
    }

    private static Task<CommandRun> RunAsync(FakePipeline pipeline, params string[] arguments) =>
        CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, arguments);

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[name]);
}
