using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Tiles.Drawing;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class PictureDrawingTests
{
    [Theory]
    [InlineData(0, 3, 5)]
    [InlineData(0, -4, -7)]
    [InlineData(90, 2, 1)]
    [InlineData(180, 0, 0)]
    [InlineData(270, 5, -3)]
    public void Whole_pixels_are_moved_and_not_one_byte_is_changed(double rotation, int x, int y)
    {
        var picture = TilePictures.Noise(13, 9, seed: 6);
        var transform = new Transform(x, y, 13, 9, rotation);
        var target = new PixelImage(24, 24);

        // 13 x 9 turned by a quarter around its centre begins on whole pixels again: 13 and 9 are both odd.
        PictureDrawing.Draw(target, picture, transform.ToParent(), 1);
        var drawn = 0;
        var inverse = transform.ToParent().Inverse();
        for (var row = 0; row < 24; row++)
        {
            for (var column = 0; column < 24; column++)
            {
                var from = inverse.Map(column + 0.5, row + 0.5);
                var (fromX, fromY) = ((int)Math.Floor(from.X), (int)Math.Floor(from.Y));
                var inside = fromX is >= 0 and < 13 && fromY is >= 0 and < 9;
                drawn += inside ? 1 : 0;
                Assert.Equal(inside ? TilePictures.Pixel(picture, fromX, fromY) : default, TilePictures.Pixel(target, column, row));
            }
        }

        Assert.True(drawn >= 18);
    }

    [Fact]
    public void Positions_off_by_the_last_bits_of_a_sum_still_move_bytes()
    {
        var picture = TilePictures.Noise(32, 32, seed: 7);
        var (exact, near) = (new PixelImage(40, 40), new PixelImage(40, 40));
        PictureDrawing.Draw(exact, picture, Affine.Translation(4, 4), 1);
        PictureDrawing.Draw(near, picture, Affine.Scaling(1 + 1e-9, 1 - 1e-9).Then(Affine.Translation(4 + 1e-7, 4 - 1e-7)), 1);
        Assert.Equal(exact.Rgba, near.Rgba);
    }

    [Fact]
    public void A_picture_over_half_a_pixel_has_half_its_alpha_at_the_edge()
    {
        var target = new PixelImage(6, 3);
        PictureDrawing.Draw(target, TilePictures.Plain(3, 3, 200, 100, 50), Affine.Translation(1.5, 0), 1);
        Assert.Equal((200, 100, 50, 128), TilePictures.Pixel(target, 1, 1));
        Assert.Equal((200, 100, 50, 255), TilePictures.Pixel(target, 2, 1));
        Assert.Equal((200, 100, 50, 128), TilePictures.Pixel(target, 4, 1));
        Assert.Equal((0, 0, 0, 0), TilePictures.Pixel(target, 5, 1));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(45)]
    [InlineData(133.5)]
    public void A_turned_picture_covers_its_own_area_and_keeps_its_colour(double rotation)
    {
        var target = new PixelImage(160, 160);
        PictureDrawing.Draw(target, TilePictures.Plain(80, 50, 10, 220, 90), new Transform(40, 55, 80, 50, rotation).ToParent(), 1);
        var area = 0.0;
        for (var y = 0; y < 160; y++)
        {
            for (var x = 0; x < 160; x++)
            {
                var (r, g, b, a) = TilePictures.Pixel(target, x, y);
                area += a / 255.0;
                Assert.True(a == 0 || (r, g, b) == (10, 220, 90));
            }
        }

        Assert.InRange(area, 3980, 4020);
        Assert.Equal(255, TilePictures.Pixel(target, 80, 80).A);
    }

    [Fact]
    public void Opacity_lets_what_is_below_through()
    {
        var target = TilePictures.Plain(4, 4, 0, 0, 0);
        PictureDrawing.Draw(target, TilePictures.Plain(4, 4, 200, 100, 50), Affine.Identity, 0.5);
        Assert.Equal((100, 50, 25, 255), TilePictures.Pixel(target, 2, 2));
    }

    [Fact]
    public void Transparent_pixels_bleed_no_colour_into_their_neighbours()
    {
        var picture = TilePictures.Make(8, 8, static (x, _) => x < 4 ? (250, 0, 0, 255) : (0, 250, 0, 0));
        var target = new PixelImage(24, 24);
        PictureDrawing.Draw(target, picture, Affine.Scaling(3, 3), 1);
        for (var x = 0; x < 24; x++)
        {
            var (r, g, _, a) = TilePictures.Pixel(target, x, 12);
            Assert.True(a == 0 || (r, g) == (250, 0), $"{x}: {r} {g} {a}");
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Maps_that_flatten_or_are_no_numbers_draw_nothing(double scaleX, double scaleY)
    {
        var target = new PixelImage(4, 4);
        PictureDrawing.Draw(target, TilePictures.Plain(4, 4, 9, 9, 9), Affine.Scaling(scaleX, scaleY), 1);
        Assert.Equal(new byte[64], target.Rgba);
    }
}
