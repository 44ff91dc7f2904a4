namespace CanvasWeb.Imaging.Tests;

public sealed class CompositeTests
{
    [Fact]
    public void Bytes_outside_the_top_picture_stay_as_they_are()
    {
        var bottom = TestPictures.Noise(20, 20, seed: 8);
        var result = Compositor.Over(bottom, TestPictures.Noise(6, 5, seed: 9), 3, 4);
        for (var y = 0; y < 20; y++)
        {
            for (var x = 0; x < 20; x++)
            {
                if (x is < 3 or >= 9 || y is < 4 or >= 9)
                    Assert.Equal(TestPictures.Pixel(bottom, x, y), TestPictures.Pixel(result, x, y));
            }
        }
    }

    [Fact]
    public void The_pictures_given_are_not_changed()
    {
        var bottom = TestPictures.Noise(8, 8, seed: 8);
        var before = (byte[])bottom.Rgba.Clone();
        _ = Compositor.Over(bottom, TestPictures.Plain(8, 8, 1, 2, 3, 255), 0, 0);
        Assert.Equal(before, bottom.Rgba);
    }

    [Fact]
    public void Opaque_pixels_cover_and_transparent_ones_do_nothing()
    {
        var bottom = TestPictures.Noise(8, 8, seed: 8);
        var top = TestPictures.Noise(8, 8, seed: 9);
        for (var i = 3; i < top.Rgba.Length; i += 4)
            top.Rgba[i] = (byte)(i % 8 == 3 ? 255 : 0);
        var result = Compositor.Over(bottom, top, 0, 0);
        for (var i = 0; i < result.Rgba.Length; i += 4)
            Assert.Equal((top.Rgba[i + 3] == 255 ? top : bottom).Rgba[i..(i + 4)], result.Rgba[i..(i + 4)]);
    }

    [Fact]
    public void Every_blend_is_the_exact_formula_rounded()
    {
        var bottom = TestPictures.Noise(64, 64, seed: 10);
        var top = TestPictures.Noise(64, 64, seed: 11);
        var result = Compositor.Over(bottom, top, 0, 0);
        for (var i = 0; i < result.Rgba.Length; i += 4)
        {
            // Porter and Duff's "over" in real numbers.
            var (above, below) = (top.Rgba[i + 3] / 255.0, bottom.Rgba[i + 3] / 255.0 * (1 - (top.Rgba[i + 3] / 255.0)));
            Assert.InRange(result.Rgba[i + 3], ((above + below) * 255) - 0.501, ((above + below) * 255) + 0.501);
            if (above + below == 0)
                continue;
            for (var c = i; c < i + 3; c++)
            {
                var exact = ((top.Rgba[c] * above) + (bottom.Rgba[c] * below)) / (above + below);
                Assert.InRange(result.Rgba[c], exact - 0.501, exact + 0.501);
            }
        }
    }

    [Theory]
    [InlineData(-3, -2)]
    [InlineData(6, 7)]
    [InlineData(-100, 0)]
    [InlineData(8, 8)]
    [InlineData(int.MaxValue, int.MinValue)]
    public void A_top_picture_past_the_edges_is_cut(int x, int y)
    {
        var bottom = TestPictures.Plain(8, 8, 0, 0, 0, 255);
        var result = Compositor.Over(bottom, TestPictures.Plain(4, 4, 9, 9, 9, 255), x, y);
        for (var row = 0; row < 8; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                var covered = column >= x && column < (long)x + 4 && row >= y && row < (long)y + 4;
                Assert.Equal(covered ? 9 : 0, TestPictures.Pixel(result, column, row).R);
            }
        }
    }

    [Fact]
    public void Premultiplying_and_back_keeps_opaque_pixels_and_never_changes_alpha()
    {
        var picture = TestPictures.Noise(64, 64, seed: 12);
        var bytes = (byte[])picture.Rgba.Clone();
        for (var i = 3; i < bytes.Length; i += 8)
            bytes[i] = 255;
        var before = (byte[])bytes.Clone();
        PremultipliedAlpha.Premultiply(bytes);
        Assert.All(bytes.Chunk(4), p => Assert.True(p[0] <= p[3] && p[1] <= p[3] && p[2] <= p[3]));
        PremultipliedAlpha.Unpremultiply(bytes);
        for (var i = 0; i < bytes.Length; i += 4)
        {
            Assert.Equal(before[i + 3], bytes[i + 3]);

            // Premultiplying rounds to 255 / alpha steps; half a step is the most that can be lost.
            var step = before[i + 3] == 255 ? 0 : before[i + 3] == 0 ? 255 : (127.5 / before[i + 3]) + 0.5;
            for (var c = 0; c < 3; c++)
                Assert.InRange(Math.Abs(before[i + c] - bytes[i + c]), 0, step);
        }
    }

    [Fact]
    public void Unpremultiplying_what_no_premultiplying_made_is_clamped()
    {
        byte[] pixel = [200, 10, 0, 100];
        PremultipliedAlpha.Unpremultiply(pixel);
        Assert.Equal([255, 26, 0, 100], pixel);
    }

    [Fact]
    public void Half_a_pixel_is_an_error() => Assert.Throws<ArgumentException>(() => PremultipliedAlpha.Premultiply(new byte[6]));
}
