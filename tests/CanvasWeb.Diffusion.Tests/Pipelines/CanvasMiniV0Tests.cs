using CanvasWeb.Diffusion.Inpainting;
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

    [Fact]
    public void Inpainting_leaves_what_is_known_recognisable_and_fills_the_hole()
    {
        using var pipeline = TinyModels.LoadFolder(TinyModels.Shared("canvas-mini-v0"));
        var request = new GenerationRequest { Prompt = "a field at sunset", Seed = 7, Steps = 6 };
        var picture = pipeline.Generate(request, null, TestContext.Current.CancellationToken).Image;
        var values = new float[128 * 128];
        for (var y = 32; y < 96; y++)
            Array.Fill(values, 1f, (y * 128) + 32, 64);

        var result = pipeline.Generate(request with { Task = GenerationTask.Inpaint, Prompt = "a red cube at night", Image = picture, Mask = new Mask(128, 128, values) }, null, TestContext.Current.CancellationToken).Image;

        // The VAE's round trip blurs; the frame two latent pixels off the hole is otherwise the same picture.
        var (outside, inside) = (0.0, 0.0);
        for (var y = 0; y < 128; y++)
        {
            for (var x = 0; x < 128; x++)
            {
                var difference = Math.Abs(picture.Rgba[picture.Offset(x, y)] - result.Rgba[result.Offset(x, y)]);
                if (x is < 16 or >= 112 || y is < 16 or >= 112)
                    outside += difference / 7168.0;
                else if (values[(y * 128) + x] > 0)
                    inside += difference / 4096.0;
            }
        }

        Assert.InRange(outside, 0, 12);
        Assert.True(inside > 2 * outside, FormattableString.Invariant($"inside {inside}, outside {outside}"));
    }

    private static double Spread(PixelImage image)
    {
        var values = Enumerable.Range(0, image.Width * image.Height).Select(i => (double)image.Rgba[i * 4]).ToArray();
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
