using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class SeamScoreTests
{
    private static readonly Mask RightHalf = Mask.FromRect(64, 32, new PixelRect(32, 0, 32, 32));

    [Fact]
    public void The_real_picture_scores_1() => Assert.Equal(1, SeamScore.AgainstReference(Slope(0), RightHalf, Slope(0)));

    [Fact]
    public void A_step_on_the_border_scores_high_and_a_smooth_slope_does_not()
    {
        // The slope rises by 2 levels a pixel; the step adds 20 on the border: (22 + 1/4) / (2 + 1/4).
        Assert.Equal(22.25 / 2.25, SeamScore.AgainstReference(Slope(20), RightHalf, Slope(0)), 1e-6);
        Assert.Equal(22.25 / 2.25, SeamScore.AgainstParallels(Slope(20), RightHalf), 1e-6);
        Assert.Equal(1, SeamScore.AgainstParallels(Slope(0), RightHalf), 1e-6);
    }

    [Fact]
    public void A_feather_hides_a_shift_from_the_border_but_not_from_a_longer_reach()
    {
        var feathered = Slope(0);
        for (var y = 0; y < 32; y++)
        {
            for (var x = 32; x < 64; x++)
            {
                for (var c = 0; c < 3; c++)
                    feathered.Rgba[feathered.Offset(x, y) + c] += (byte)(32 * Math.Min(8, x - 31) / 8);
            }
        }

        Assert.InRange(SeamScore.AgainstReference(feathered, RightHalf, Slope(0)), 1, 3);
        Assert.Equal((2 * 17) + 32.25, (SeamScore.AgainstReference(feathered, RightHalf, Slope(0), 8) * ((2 * 17) + 0.25)), 1e-6);
    }

    [Fact]
    public void Borders_to_transparency_do_not_count()
    {
        var picture = Slope(50);
        for (var y = 0; y < 32; y++)
            picture.Rgba[picture.Offset(31, y) + 3] = 0;
        Assert.Equal((0, 0, 0L), SeamScore.Sums(picture, RightHalf, Slope(0)));
        Assert.Equal(1, SeamScore.AgainstReference(picture, RightHalf, Slope(0)));
        Assert.Equal(1, SeamScore.AgainstParallels(picture, RightHalf));
    }

    [Fact]
    public void Other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SeamScore.AgainstParallels(new PixelImage(2, 2), RightHalf));
        Assert.Throws<ArgumentException>(() => SeamScore.AgainstReference(Slope(0), RightHalf, new PixelImage(2, 2)));
    }

    private static PixelImage Slope(int step)
    {
        var image = new PixelImage(64, 32);
        for (var y = 0; y < 32; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                image.Rgba.AsSpan(image.Offset(x, y), 3).Fill((byte)((2 * x) + (x >= 32 ? step : 0)));
                image.Rgba[image.Offset(x, y) + 3] = 255;
            }
        }

        return image;
    }
}
