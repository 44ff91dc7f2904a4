using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Commands;

/// <summary>The verbs that start from a picture.</summary>
public sealed class EditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EditTests()
    {
        Save("picture.png", 80, 64, (x, y) => ((byte)(x * 3), (byte)(y * 4), 90, 255));
        Save("mask.png", 80, 64, (x, y) => x is >= 20 and < 40 && y is >= 10 and < 40 ? ((byte)255, (byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0, (byte)255));
        Save("alpha-mask.png", 80, 64, (x, y) => (0, 0, 0, x is >= 20 and < 40 && y is >= 10 and < 40 ? (byte)0 : (byte)255));
        Save("small-mask.png", 40, 64, (_, _) => (255, 255, 255, 255));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inpainting_changes_pixels_inside_the_mask_only()
    {
        var run = await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["mask.png"], "--seed", "1", "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var (before, after) = (Load("picture.png"), Load("out.png"));
        var changedInside = 0;
        for (var y = 0; y < before.Height; y++)
        {
            for (var x = 0; x < before.Width; x++)
            {
                var same = before.Rgba.AsSpan(before.Offset(x, y), 4).SequenceEqual(after.Rgba.AsSpan(after.Offset(x, y), 4));
                if (x is >= 20 and < 40 && y is >= 10 and < 40)
                    changedInside += same ? 0 : 1;
                else
                    Assert.True(same, $"({x}, {y}) changed.");
            }
        }

        Assert.True(changedInside > 300, $"Only {changedInside} of 600 painted pixels changed.");
    }

    [Fact]
    public async Task A_mask_by_transparency_means_the_same_as_one_by_white()
    {
        await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["mask.png"], "--seed", "1", "--out", _folder["white.png"]);
        await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["alpha-mask.png"], "--mask-alpha", "--seed", "1", "--out", _folder["alpha.png"]);

        Assert.Equal(File.ReadAllBytes(_folder["white.png"]), File.ReadAllBytes(_folder["alpha.png"]));
    }

    [Fact]
    public async Task A_mask_of_another_size_is_refused_with_both_sizes()
    {
        var run = await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["small-mask.png"], "--out", _folder["out.png"], "--json");

        Assert.Equal(ExitCode.Input, run.ExitCode);
        var error = run.Json.GetProperty("error");
        Assert.Equal("mask_size", error.GetProperty("code").GetString());
        Assert.Contains("40 x 64", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("80 x 64", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_mask_is_refused()
    {
        Save("empty.png", 80, 64, (_, _) => (0, 0, 0, 255));

        var run = await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["empty.png"], "--out", _folder["out.png"], "--json");

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Equal("mask_empty", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Outpainting_grows_each_side_by_what_was_asked_for()
    {
        var run = await CommandRun.WithFakeAsync("outpaint", _folder["picture.png"], "a cat", "--left", "10", "--top", "3", "--right", "20", "--bottom", "5", "--seed", "1", "--out", _folder["out.png"], "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var image = Assert.Single(run.Json.GetProperty("images").EnumerateArray());
        Assert.Equal(110, image.GetProperty("width").GetInt32());
        Assert.Equal(72, image.GetProperty("height").GetInt32());
        var (before, after) = (Load("picture.png"), Load("out.png"));
        Assert.Equal(before.Rgba.AsSpan(before.Offset(40, 32), 4), after.Rgba.AsSpan(after.Offset(50, 35), 4));
        Assert.All(Enumerable.Range(0, after.Width * after.Height), pixel => Assert.Equal(255, after.Rgba[(pixel * 4) + 3]));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(16, false)]
    public async Task Without_overlap_outpainting_keeps_every_pixel(int overlap, bool keeps)
    {
        var run = await CommandRun.WithFakeAsync("outpaint", _folder["picture.png"], "a cat", "--right", "20", "--overlap", $"{overlap}", "--seed", "1", "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var (before, after) = (Load("picture.png"), Load("out.png"));
        var rows = Enumerable.Range(0, before.Height);
        Assert.Equal(keeps, rows.All(y => before.Rgba.AsSpan(before.Offset(0, y), 4 * before.Width).SequenceEqual(after.Rgba.AsSpan(after.Offset(0, y), 4 * before.Width))));
        Assert.True(rows.All(y => before.Rgba.AsSpan(before.Offset(0, y), 4 * 64).SequenceEqual(after.Rgba.AsSpan(after.Offset(0, y), 4 * 64))));
    }

    [Theory]
    [InlineData("out.jpg", true)]
    [InlineData("out.webp", true)]
    [InlineData("out.png", false)]
    public async Task A_file_with_loss_is_noted_where_pixels_were_to_stay(string name, bool noted)
    {
        var run = await CommandRun.WithFakeAsync("inpaint", _folder["picture.png"], "a cat", "--mask", _folder["mask.png"], "--out", _folder[name]);

        Assert.Equal(noted, run.Error.Contains("does not keep every pixel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_variation_is_asked_for_with_picture_and_eta()
    {
        using var pipeline = new FakePipeline();

        var run = await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "vary", _folder["picture.png"], "--eta", "0.5", "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var request = Assert.Single(pipeline.Requests);
        Assert.Equal(GenerationTask.Variation, request.Task);
        Assert.Equal(0.5f, request.Eta);
        Assert.Equal(80, request.Image?.Width);
    }

    [Fact]
    public async Task A_variation_may_have_a_prompt()
    {
        using var pipeline = new FakePipeline();

        await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "vary", _folder["picture.png"], "in red", "--out", _folder["out.png"]);

        Assert.Equal("in red", Assert.Single(pipeline.Requests).Prompt);
    }

    [Fact]
    public async Task A_picture_to_start_from_is_scaled_to_the_native_area_in_its_shape()
    {
        using var pipeline = new FakePipeline();
        Save("long.png", 400, 200, (x, _) => ((byte)(x / 2), 0, 0, 255));

        var run = await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "generate", "a cat", "--image", _folder["long.png"], "--out", _folder["out.png"], "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var request = Assert.Single(pipeline.Requests);
        Assert.Equal(GenerationTask.ImageToImage, request.Task);
        Assert.Equal((64, 32, 64, 32), (request.Width, request.Height, request.Image?.Width, request.Image?.Height));
        Assert.Equal(0.7f, request.Strength);
        Assert.Equal(0.7, run.Json.GetProperty("settings").GetProperty("strength").GetDouble(), 3);
    }

    [Fact]
    public async Task A_picture_to_start_from_keeps_its_middle_where_the_shape_differs()
    {
        using var pipeline = new FakePipeline();
        Save("long.png", 96, 32, (x, _) => x is >= 32 and < 64 ? ((byte)0, (byte)255, (byte)0, (byte)255) : ((byte)255, (byte)0, (byte)0, (byte)255));

        await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "generate", "a cat", "--image", _folder["long.png"], "--size", "32", "--strength", "0.25", "--out", _folder["out.png"]);

        var request = Assert.Single(pipeline.Requests);
        Assert.Equal(0.25f, request.Strength);
        Assert.Equal((32, 32), (request.Image?.Width, request.Image?.Height));
        Assert.All(Enumerable.Range(0, 32 * 32), pixel => Assert.Equal(0, request.Image!.Rgba[pixel * 4]));
    }

    [Fact]
    public async Task An_absurd_size_is_refused_before_the_picture_is_scaled_to_it()
    {
        using var pipeline = new FakePipeline();

        var run = await CommandRun.WithFakeAsync(pipeline, TestContext.Current.CancellationToken, "generate", "a cat", "--image", _folder["picture.png"], "--size", "16383", "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Equal(80, Assert.Single(pipeline.Requests).Image?.Width);
    }

    [Fact]
    public async Task A_missing_picture_is_named()
    {
        var run = await CommandRun.WithFakeAsync("vary", _folder["no.png"], "--out", _folder["out.png"], "--json");

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Equal("file_not_found", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("no.png", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no picture")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("")]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    public async Task A_file_that_is_no_picture_is_named(string content)
    {
        await File.WriteAllTextAsync(_folder["bad.png"], content, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);

        var run = await CommandRun.WithFakeAsync("vary", _folder["bad.png"], "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.StartsWith(_folder["bad.png"] + ": ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.png"]));
    }

    [Fact]
    public async Task A_folder_in_place_of_a_picture_is_no_crash()
    {
        var run = await CommandRun.WithFakeAsync("vary", _folder.Path, "--out", _folder["out.png"]);

        Assert.Equal(ExitCode.Input, run.ExitCode);
    }

    private void Save(string name, int width, int height, Func<int, int, (byte R, byte G, byte B, byte A)> pixel)
    {
        var image = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                (image.Rgba[image.Offset(x, y)], image.Rgba[image.Offset(x, y) + 1], image.Rgba[image.Offset(x, y) + 2], image.Rgba[image.Offset(x, y) + 3]) = pixel(x, y);
        }

        File.WriteAllBytes(_folder[name], ImageEncoder.Encode(image, new EncodeOptions { Format = ImageFormat.Png }));
    }

    private PixelImage Load(string name) => ImageDecoder.Decode(File.ReadAllBytes(_folder[name]), ImageLimits.Default);
}
