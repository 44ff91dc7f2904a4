using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;
using CanvasWeb.Inference.Tests.Worker;
using CanvasWeb.Inference.Worker;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Commands;

public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cube.png")]
    [InlineData("cube.webp")]
    [InlineData("cube.jpg")]
    public async Task A_picture_of_this_program_comes_out_identical_from_its_file_alone(string name)
    {
        await CommandRun.WithFakeAsync("generate", "a red cube", "--seed", "7", "--image-index", "3", "--out", _folder[name]);

        var run = await CommandRun.WithFakeAsync("replay", _folder[name], "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal("identical", run.Json.GetProperty("verdict").GetString());
        Assert.Equal(CpuClass.Name, run.Json.GetProperty("cpuClass").GetString());
    }

    [Fact]
    public async Task Another_picture_is_different_and_says_by_how_much()
    {
        await CommandRun.WithFakeAsync("generate", "a red cube", "--seed", "7", "--out", _folder["cube.png"]);
        var file = await File.ReadAllBytesAsync(_folder["cube.png"], TestContext.Current.CancellationToken);
        var picture = ImageDecoder.Decode(file, ImageLimits.Default);
        for (var i = 0; i < picture.Rgba.Length; i += 4)
            picture.Rgba[i] ^= 0xFF;
        await File.WriteAllBytesAsync(_folder["cube.png"], ImageEncoder.Encode(picture, new EncodeOptions { Parameters = ImageMetadata.ReadParameters(file) }), TestContext.Current.CancellationToken);

        var run = await CommandRun.WithFakeAsync("replay", _folder["cube.png"]);

        Assert.Equal(ExitCode.BarMissed, run.ExitCode);
        Assert.StartsWith("different: at most ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_has_changed_is_refused_before_anything_is_made()
    {
        using var pipeline = new FakePipeline();
        await CommandRun.WithFakeAsync("generate", "a", "--seed", "7", "--out", _folder["a.png"]);
        var file = await File.ReadAllBytesAsync(_folder["a.png"], TestContext.Current.CancellationToken);
        var parameters = ImageMetadata.ReadParameters(file)!; // generate writes them
        var hash = JsonElement.Parse(parameters).GetProperty("model").GetProperty("hash").GetString()!; // and with them the model's hash
        await File.WriteAllBytesAsync(
            _folder["a.png"],
            ImageEncoder.Encode(ImageDecoder.Decode(file, ImageLimits.Default), new EncodeOptions { Parameters = parameters.Replace(hash, new string('f', 64), StringComparison.Ordinal) }),
            TestContext.Current.CancellationToken);

        var run = await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "replay", _folder["a.png"]);

        Assert.Equal(ExitCode.Model, run.ExitCode);
        Assert.Empty(pipeline.Requests);
        Assert.Contains("--any-model", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await CommandRun.WithFakeAsync("replay", _folder["a.png"], "--any-model")).ExitCode);
    }

    [Fact]
    public async Task A_record_is_made_again_from_the_pictures_beside_it_and_from_no_others()
    {
        var crop = ImageEncoder.Encode(new PixelImage(128, 128), new EncodeOptions());
        var mask = new PixelImage(128, 128);
        mask.Rgba.AsSpan().Fill(255);
        var white = ImageEncoder.Encode(mask, new EncodeOptions());
        var lease = Leases.Outpaint;
        using var pipeline = new FakePipeline();
        var painted = new FramePainter(lease, new Dictionary<string, PixelImage> { [JobInputs.Crop] = ImageDecoder.Decode(crop, ImageLimits.Default), [JobInputs.New] = ImageDecoder.Decode(white, ImageLimits.Default) }, new(2))
            .Paint(pipeline, 0, new Silence(), TestContext.Current.CancellationToken);
        await WriteAsync("record.json", JsonSerializer.SerializeToUtf8Bytes(RecordOf(lease, painted.Tile, crop, white), InferenceJson.Readable.JobRecord));
        await WriteAsync("crop.png", crop);

        Assert.Equal(ExitCode.Input, (await CommandRun.WithFakeAsync("replay", _folder["record.json"])).ExitCode);
        await WriteAsync("new.png", crop);
        var wrong = await CommandRun.WithFakeAsync("replay", _folder["record.json"]);
        Assert.Equal(ExitCode.Input, wrong.ExitCode);
        Assert.Contains("new.png is not the picture", wrong.Error, StringComparison.Ordinal);
        await WriteAsync("new.png", white);
        var right = await CommandRun.WithFakeAsync("replay", _folder["record.json"], "--out", _folder["again.png"]);
        Assert.True(right.ExitCode == ExitCode.Ok, right.Output + right.Error);
        Assert.Equal(painted.Tile.Rgba, ImageDecoder.Decode(await File.ReadAllBytesAsync(_folder["again.png"], TestContext.Current.CancellationToken), ImageLimits.Default).Rgba);
    }

    [Theory]
    [InlineData(JobTask.Variation)]
    [InlineData(JobTask.Interpolation)]
    [InlineData(JobTask.TextDiff)]
    [InlineData(JobTask.Upscale)]
    [InlineData(JobTask.TextToImage)]
    public async Task An_operation_is_made_again_with_all_that_its_record_says(JobTask task)
    {
        var png = ImageEncoder.Encode(new PixelImage(32, 32), new EncodeOptions());
        var lease = Leases.Of(task) with { Eta = task == JobTask.Variation ? 0.6 : null, PriorSamples = task == JobTask.TextToImage ? 4 : null };
        using var pipeline = new FakePipeline();
        var inputs = lease.Inputs.ToDictionary(static name => name, _ => ImageDecoder.Decode(png, ImageLimits.Default), StringComparer.Ordinal);
        var painted = new FramePainter(lease, inputs, new(2)).Paint(pipeline, 0, new Silence(), TestContext.Current.CancellationToken);
        var record = RecordOf(lease, painted.Tile, [.. lease.Inputs.Select(_ => png)]);
        await WriteAsync("record.json", JsonSerializer.SerializeToUtf8Bytes(record, InferenceJson.Readable.JobRecord));
        foreach (var name in lease.Inputs)
            await WriteAsync(name + ".png", png);

        var run = await CommandRun.WithFakeAsync("replay", _folder["record.json"]);

        Assert.True(run.ExitCode == ExitCode.Ok, run.Output + run.Error);
        Assert.StartsWith("identical", run.Output, StringComparison.Ordinal);
        if (task is JobTask.Interpolation or JobTask.TextDiff)
        {
            // Another θ is another picture: the record's own reached the model.
            await WriteAsync("record.json", JsonSerializer.SerializeToUtf8Bytes(record with { Theta = 0.9 }, InferenceJson.Readable.JobRecord));
            Assert.Equal(ExitCode.BarMissed, (await CommandRun.WithFakeAsync("replay", _folder["record.json"])).ExitCode);
        }
    }

    [Fact]
    public void A_record_without_an_operation_has_none_of_its_members()
    {
        var json = JsonSerializer.Serialize(RecordOf(Leases.TextToImage, new PixelImage(4, 4)), JsonSerializerOptions.Web);

        Assert.DoesNotContain("theta", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fromPrompt", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("eta\"", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("priorSamples", json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Files_that_say_nothing_and_names_that_are_no_models_are_refused()
    {
        await WriteAsync("bare.png", ImageEncoder.Encode(new PixelImage(4, 4), new EncodeOptions()));
        await WriteAsync("foreign.png", ImageEncoder.Encode(new PixelImage(4, 4), new EncodeOptions { Parameters = "a fox\nSteps: 20" }));
        var record = RecordOf(Leases.TextToImage, new PixelImage(4, 4)) with { Model = "../elsewhere" };
        await WriteAsync("record.json", JsonSerializer.SerializeToUtf8Bytes(record, InferenceJson.Readable.JobRecord));

        Assert.All(
            await Task.WhenAll(new[] { "bare.png", "foreign.png", "record.json", "none.png" }.Select(name => CommandRun.WithFakeAsync("replay", _folder[name]))),
            static run => Assert.Equal(ExitCode.Input, run.ExitCode));
    }

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(_folder[name], bytes, TestContext.Current.CancellationToken);

    private static JobRecord RecordOf(JobLease lease, PixelImage made, params byte[][] inputs) => new()
    {
        Job = lease.JobId,
        Image = 0,
        MadeAt = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
        Task = lease.Task,
        Model = "fake",
        Prompt = lease.Prompt,
        Seed = lease.Seed,
        ImageIndex = 0,
        Steps = lease.Steps,
        CropWidth = lease.CropWidth,
        CropHeight = lease.CropHeight,
        ModelWidth = lease.ModelWidth,
        ModelHeight = lease.ModelHeight,
        Frame = lease.Frame,
        Placement = lease.Placement,
        Feather = lease.Feather,
        Theta = lease.Thetas?[0],
        FromPrompt = lease.FromPrompt,
        Eta = lease.Eta,
        PriorSamples = lease.PriorSamples,
        Inputs = [.. lease.Inputs.Zip(inputs, static (name, bytes) => new InputRecord(name, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))))],
        Output = new("", made.Width, made.Height, JobRecord.HashOf(made.Width, made.Height, made.Rgba)),
    };

    private sealed class Silence : Diffusion.Pipelines.IGenerationObserver
    {
        public bool WantsPreview(int step, int steps) => false;

        public void StepDone(int step, int steps, TimeSpan elapsed)
        {
        }

        public void PreviewReady(int step, int steps, PixelImage preview)
        {
        }
    }
}
