using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>The integration weights that lie beside the repository: real sizes, packed weights, a trained preview decoder.</summary>
public sealed class CanvasMiniV0Tests
{
    [Fact]
    public void A_prompt_becomes_a_128_px_picture_with_previews_from_the_first_step()
    {
        using var pipeline = TinyModels.LoadFolder(TinyModels.Shared("canvas-mini-v0"));
        var observer = new RecordingObserver();

        var result = pipeline.Generate(new GenerationRequest { Prompt = "a small red cube on a large green cube", Seed = 7, Steps = 4 }, observer, TestContext.Current.CancellationToken);

        Assert.Equal((128, 128), (result.Image.Width, result.Image.Height));
        Assert.Equal([1, 2, 3, 4], observer.Previews.Select(preview => preview.Step));
        Assert.All(observer.Previews, preview => Assert.Equal(128, preview.Image.Width));
        Assert.True(Spread(result.Image) > 10, "The picture is flat.");
    }

    private static double Spread(PixelImage image)
    {
        var values = Enumerable.Range(0, image.Width * image.Height).Select(i => (double)image.Rgba[i * 4]).ToArray();
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
