using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class CompositingTests
{
    [Fact]
    public void The_composite_mask_is_exactly_0_outside_and_soft_only_within_the_feather()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var picture = Pictures.Scene(60, 50, seed);
            var mask = new Mask(60, 50, [.. Pictures.RandomMask(60, 50, seed).Values.Select(v => v > 0 ? 1f : 0f)]);
            var feather = seed % 7;
            var alpha = CompositeMask.Create(picture, mask, feather);
            var distance = DistanceField.Compute(60, 50, i => mask.Values[i] == 0);
            for (var i = 0; i < alpha.Values.Length; i++)
            {
                if (mask.Values[i] == 0)
                    Assert.Equal(0, alpha.Values[i]);
                else
                    Assert.Equal(distance[i] > feather + 0.999f, alpha.Values[i] == 1);
            }
        }
    }

    [Fact]
    public void Towards_transparency_and_the_picture_border_there_is_no_ramp()
    {
        var picture = Pictures.Scene(40, 40, 1);
        for (var y = 0; y < 40; y++)
            picture.Rgba.AsSpan(picture.Offset(20, y), 80).Clear();
        var alpha = CompositeMask.Create(picture, Mask.FromRect(40, 40, new PixelRect(10, 0, 20, 40)), 6);
        Assert.InRange(alpha[10, 20], 0.001f, 0.2f);
        Assert.Equal(1, alpha[18, 0]);
        Assert.All(Enumerable.Range(20, 10), x => Assert.Equal(1, alpha[x, 20]));
        Assert.Equal(0, alpha[30, 20]);
    }

    [Fact]
    public void Weak_strength_keeps_more_of_the_original()
    {
        var alpha = CompositeMask.Create(Pictures.Scene(3, 1, 1), new Mask(3, 1, [0.1f, 0.5f, 1]), 0);
        Assert.Equal([0.2f, 1, 1], alpha.Values);
    }

    [Fact]
    public void Over_is_that_of_Porter_and_Duff_and_leaves_what_lies_under_alpha_0()
    {
        var under = new PixelImage(4, 1, [10, 20, 30, 255, 10, 20, 30, 0, 1, 2, 3, 77, 200, 100, 0, 128]);
        var tile = new PixelImage(4, 1, [110, 120, 130, 51, 9, 8, 7, 100, 255, 255, 255, 0, 0, 100, 200, 128]);
        var over = Compositing.Over(under, tile, 0, 0);
        Assert.Equal([30, 40, 50, 255, 9, 8, 7, 100, 1, 2, 3, 77, 66, 100, 134, 192], over.Rgba);
        Assert.Equal(10, under.Rgba[0]);
    }

    [Theory]
    [InlineData(-2, -1)]
    [InlineData(3, 2)]
    [InlineData(50, 0)]
    public void A_tile_that_reaches_outside_is_cut_off(int x, int y)
    {
        var tile = new PixelImage(4, 4, [.. Enumerable.Repeat((byte)255, 64)]);
        var over = Compositing.Over(new PixelImage(5, 5), tile, x, y);
        var inside = new PixelRect(x, y, 4, 4).Intersect(new PixelRect(0, 0, 5, 5));
        Assert.Equal(inside.Width * inside.Height, Enumerable.Range(0, 25).Count(i => over.Rgba[i * 4] == 255));
    }

    [Fact]
    public void Resizing_a_picture_keeps_flat_colour_and_the_same_size_keeps_every_byte()
    {
        var scene = Pictures.Scene(33, 21, 1);
        Assert.Equal(scene.Rgba, ColourField.FromImage(scene).Resize(33, 21).ToImage().Rgba);
        var flat = new PixelImage(7, 9, [.. Enumerable.Repeat(new byte[] { 10, 200, 90, 255 }, 63).SelectMany(p => p)]);
        foreach (var (width, height) in new[] { (1, 1), (3, 40), (50, 2), (64, 64) })
            Assert.All(ColourField.FromImage(flat).Resize(width, height).ToImage().Rgba.Chunk(4), p => Assert.Equal([10, 200, 90, 255], p));
    }
}
