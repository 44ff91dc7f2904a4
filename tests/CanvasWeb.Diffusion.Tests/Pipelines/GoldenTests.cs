using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>Whole loops against torch (tests/golden/models/make_models.py): text, guidance, scheduler, decoding, all at once.</summary>
public sealed class GoldenTests
{
    /// <summary>
    /// Rounding to bytes turns a difference of 1e-6 into one level where a value lies on the edge between two; that is rare. Swapping
    /// two time ids, the faintest mistake tried, moves the mean by more than this.
    /// </summary>
    private static void AssertEqual(CanvasWeb.Imaging.PixelImage image, byte[] rgb, double mostMean = 0.01)
    {
        var (largest, mean) = TinyModels.Difference(image, rgb);
        Assert.InRange(largest, 0, 1);
        Assert.InRange(mean, 0, mostMean);
    }

    [Theory]
    [InlineData("sd15-tiny")]
    [InlineData("sd15-inpaint-tiny")]
    [InlineData("sd21-v-tiny")]
    [InlineData("lcm-tiny")]
    [InlineData("sdxl-tiny")]
    [InlineData("sdxl-inpaint-tiny")]
    [InlineData("sdxl-lcm-tiny")]
    // Super resolution hides much: its last step with the network of the others moves the mean by 0.01 only.
    [InlineData("karlo-tiny", 0.005)]
    [InlineData("kandinsky22-tiny")]
    [InlineData("kandinsky22-inpaint-tiny")]
    [InlineData("canvas-mini-tiny")]
    public void A_few_steps_give_the_picture_that_torch_gives(string name, double mostMean = 0.01)
    {
        using var pipeline = TinyModels.Load(name);
        var (request, rgb) = TinyModels.Reference(name);

        var image = pipeline.Generate(request, null, TestContext.Current.CancellationToken).Image;

        AssertEqual(image, rgb, mostMean);
    }

    [Fact]
    public void Inpainting_with_a_graded_mask_gives_the_picture_that_torch_gives()
    {
        using var pipeline = TinyModels.Load("canvas-mini-tiny");
        var (request, rgb) = TinyModels.Reference("canvas-mini-tiny-inpaint");
        var values = new float[64 * 64];
        for (var y = 8; y < 48; y++)
            Array.Fill(values, y < 40 ? 1f : 0.5f, (y * 64) + 20, 44);

        var image = pipeline.Generate(request with { Task = GenerationTask.Inpaint, Image = TinyModels.Picture(64, 64), Mask = new Mask(64, 64, values) }, null, TestContext.Current.CancellationToken).Image;

        AssertEqual(image, rgb);
    }
}
