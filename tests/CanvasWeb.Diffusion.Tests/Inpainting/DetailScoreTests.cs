using CanvasWeb.Benchmarks.Seams;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class DetailScoreTests
{
    private static readonly Mask RightHalf = Mask.FromRect(96, 32, new PixelRect(48, 0, 48, 32));

    [Fact]
    public void Stripes_of_one_pixel_are_detail_and_a_step_on_the_border_is_not()
    {
        // Left stripes of 10 levels: |4 p - 2 q - 2 p| = 20. Right flat, 50 levels brighter.
        var picture = Picture((x, _) => x < 48 ? 100 + (10 * (x % 2)) : 150);
        Assert.Equal(20, DetailScore.Outside(picture, RightHalf), 1e-9);
        Assert.Equal(0, DetailScore.Inside(picture, RightHalf), 1e-9);
    }

    [Fact]
    public void Only_the_bands_beside_the_border_count()
    {
        var picture = Picture((x, _) => x is < 31 or >= 65 ? 100 + (10 * (x % 2)) : 100);
        Assert.Equal(0, DetailScore.Outside(picture, RightHalf), 1e-9);
        Assert.Equal(0, DetailScore.Inside(picture, RightHalf), 1e-9);
    }

    private static PixelImage Picture(Func<int, int, int> grey)
    {
        var image = new PixelImage(96, 32);
        for (var i = 0; i < 96 * 32; i++)
        {
            image.Rgba.AsSpan(i * 4, 3).Fill((byte)grey(i % 96, i / 96));
            image.Rgba[(i * 4) + 3] = 255;
        }

        return image;
    }
}
