using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class HorizonTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-20)]
    [InlineData(60)]
    public void A_horizon_that_lies_elsewhere_is_found_by_how_far(int moved) => Assert.Equal(moved, Offset(Landscape(128, 128 + moved)));

    [Fact]
    public void A_change_of_colour_or_softness_is_no_change_of_height()
    {
        Assert.Equal(5, Offset(Landscape(128, 133, lighter: 30)));
        Assert.InRange(Offset(Landscape(128, 133, softness: 9)), 4, 6);
    }

    [Fact]
    public void A_stronger_edge_elsewhere_is_not_taken_for_it()
    {
        // A bright shore 50 lines below a softened horizon, more than its whole step at once.
        var picture = Landscape(128, 128, softness: 9);
        for (var y = 178; y < 256; y++)
            picture.Rgba.AsSpan(picture.Offset(64, y), 64 * 4).Fill(255);

        Assert.InRange(Offset(picture), -1, 1);
    }

    [Fact]
    public void Where_there_is_none_nothing_has_moved() => Assert.Equal(0, Offset(Landscape(128, 256)));

    private static int Offset(PixelImage picture) => Horizon.Offset(Landscape(128, 128), 0, 64, picture, 64, 128);

    /// <summary>128 x 256 px: sky over ground, the horizons of its left and its right half; the right one lighter or softer.</summary>
    private static PixelImage Landscape(int left, int right, int lighter = 0, int softness = 0)
    {
        var picture = new PixelImage(128, 256);
        for (var y = 0; y < 256; y++)
        {
            for (var x = 0; x < 128; x++)
            {
                var isRight = x >= 64;
                var share = Math.Clamp(isRight && softness > 0 ? 0.5 + ((y + 0.5 - right) / (2.0 * softness)) : y < (isRight ? right : left) ? 0 : 1, 0, 1);
                picture.Rgba.AsSpan(picture.Offset(x, y), 4).Fill((byte)(200 - (110 * share) + (isRight ? lighter : 0)));
            }
        }

        return picture;
    }
}
