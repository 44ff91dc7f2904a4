using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class OutpaintLineTests
{
    private static readonly Mask Beyond = Mask.FromRect(8, 2, new PixelRect(4, 0, 4, 2));

    [Fact]
    public void The_true_continuation_has_no_seam_and_a_strange_one_has()
    {
        // Steps of 4 across the line in truth, of 4 + 20 where what follows is 20 lighter.
        var line = new OutpaintLine();
        line.Add("a", Slope(0), Slope(20), Slope(0), Beyond);

        var (made, shuffled) = line.Ratio();

        Assert.Equal(1, made.Value, 1e-9);
        Assert.Equal(6, shuffled, 1e-9);
    }

    [Fact]
    public void Scenes_weigh_by_the_steps_that_they_have()
    {
        // Made 4 and 24 over true 4 and 4: 28 / 8, whatever the order; seeds of a scene are averaged first.
        var line = new OutpaintLine();
        line.Add("a", Slope(0), Slope(0), Slope(0), Beyond);
        line.Add("b", Slope(10), Slope(0), Slope(0), Beyond);
        line.Add("b", Slope(30), Slope(0), Slope(0), Beyond);

        Assert.Equal(28 / 8.0, line.Ratio().Made.Value, 1e-9);
    }

    /// <summary>Each column 4 levels lighter than the one before, and all from column 4 on lighter by so much more.</summary>
    private static PixelImage Slope(int step)
    {
        var picture = new PixelImage(8, 2);
        for (var y = 0; y < 2; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                picture.Rgba.AsSpan(picture.Offset(x, y), 3).Fill((byte)((4 * x) + (x >= 4 ? step : 0)));
                picture.Rgba[picture.Offset(x, y) + 3] = 255;
            }
        }

        return picture;
    }
}
