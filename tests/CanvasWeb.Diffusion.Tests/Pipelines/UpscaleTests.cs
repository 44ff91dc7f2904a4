using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Given pictures through the upscaler of the repository's model.</summary>
public sealed class UpscaleTests : IDisposable
{
    private readonly OnnxModel _upscaler = ModelFolder.Open(Path.Combine(TinyModels.Root, "models", "canvas-mini")).Manifest!.Load("upscaler", TinyModels.Options, TestContext.Current.CancellationToken); // The default model is a good folder.

    public void Dispose() => _upscaler.Dispose();

    [Theory]
    [InlineData(257, 40)] // Two tiles side by side.
    [InlineData(270, 300)] // Four.
    public void Tiles_give_what_one_pass_over_the_whole_picture_gives(int width, int height)
    {
        var picture = Smooth(width, height);
        using var small = new Tensor(1, 3, height, width);
        using var large = new Tensor(1, 3, height * 4, width * 4);
        ImageTensors.Write(picture, small);
        _upscaler.RunOnce(Ports.Single(_upscaler.Inputs, small), Ports.Single(_upscaler.Outputs, large), TestContext.Current.CancellationToken);
        var whole = ImageTensors.Read(large.Span, width * 4, height * 4);

        var tiled = TiledUpscaling.Run(_upscaler, 4, picture, null, TestContext.Current.CancellationToken);

        // Sums of another order may round one level up or down.
        var most = 0;
        for (var i = 0; i < whole.Rgba.Length; i++)
            most = Math.Max(most, Math.Abs(whole.Rgba[i] - tiled.Rgba[i]));
        Assert.InRange(most, 0, 1);
        Assert.Equal((width * 4, height * 4), (tiled.Width, tiled.Height));
    }

    [Fact]
    public void What_is_transparent_stays_transparent_and_keeps_its_colour_where_it_fades()
    {
        var picture = Smooth(48, 48);
        for (var i = 0; i < 48 * 48; i++)
        {
            new byte[] { 200, 80, 40, (byte)Math.Clamp((i % 48 - 8) * 8, 0, 255) }.CopyTo(picture.Rgba.AsSpan(i * 4));
        }

        var large = TiledUpscaling.Run(_upscaler, 4, picture, null, TestContext.Current.CancellationToken);

        Assert.Equal((0, 255), (large.Rgba[large.Offset(4, 90) + 3], large.Rgba[large.Offset(188, 90) + 3]));
        for (var x = 80; x < 170; x += 10)
        {
            var at = large.Offset(x, 96);
            Assert.InRange(large.Rgba[at] - 200, -12, 12);
            Assert.InRange(large.Rgba[at + 1] - 80, -12, 12);
        }
    }

    [Fact]
    public void A_picture_is_enlarged_as_a_task_of_its_own_and_a_huge_one_is_refused_with_the_limit()
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var observer = new RecordingObserver();
        var request = new GenerationRequest { Task = GenerationTask.Upscale, Prompt = "", Image = TinyModels.Picture(300, 20) };

        var result = pipeline.Generate(request, observer, TestContext.Current.CancellationToken);

        Assert.Equal((1200, 80), (result.Image.Width, result.Image.Height));
        Assert.Equal([1, 2], observer.Steps);
        Assert.Equal(4, UpscaleFactor.Of(ModelFolder.Open(Path.Combine(TinyModels.Golden, "canvas-mini-tiny")).Manifest!, TestContext.Current.CancellationToken)); // Loaded above.
        var refused = Assert.Throws<GenerationException>(() => pipeline.Generate(request with { Image = new PixelImage(2048, 1025) }, null, TestContext.Current.CancellationToken));
        Assert.Equal("upscale_too_large", refused.Code);
        Assert.Contains("2097152", refused.Message, StringComparison.Ordinal);
        Assert.Equal("image_missing", Assert.Throws<GenerationException>(() => pipeline.Generate(request with { Image = null }, null, TestContext.Current.CancellationToken)).Code);
    }

    private static PixelImage Smooth(int width, int height)
    {
        var image = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                new byte[] { (byte)(127 + (100 * Math.Sin(x / 5.0))), (byte)(127 + (100 * Math.Cos((x + y) / 9.0))), (byte)(y * 255 / height), 255 }.CopyTo(image.Rgba.AsSpan(image.Offset(x, y)));
        }

        return image;
    }
}
