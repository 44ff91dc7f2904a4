using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class HorizonTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(33)]
    [InlineData(50)]
    public void The_edge_between_sky_and_ground_is_found_within_its_three_lines(int horizon) =>
        Assert.InRange(Horizon.Find(Landscape(horizon, horizon), 32), horizon - 2, horizon + 2);

    [Fact]
    public void Only_what_was_made_is_looked_at() => Assert.InRange(Horizon.Find(Landscape(10, 50), 32), 48, 52);

    [Fact]
    public void A_picture_of_one_colour_has_its_horizon_at_the_top() => Assert.Equal(1, Horizon.Find(Landscape(64, 64), 32));

    /// <summary>64 px a side; the horizons of its left and its right half.</summary>
    private static PixelImage Landscape(int left, int right)
    {
        var picture = new PixelImage(64, 64);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
                picture.Rgba.AsSpan(picture.Offset(x, y), 4).Fill((byte)(y < (x < 32 ? left : right) ? 200 : 90));
        }

        return picture;
    }
}
