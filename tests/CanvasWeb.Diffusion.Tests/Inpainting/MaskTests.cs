using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class MaskTests
{
    [Fact]
    public void Reading_follows_the_convention_that_was_asked_for()
    {
        var picture = new PixelImage(4, 1, [255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255, 128, 128, 128, 255]);
        Assert.Equal([0, 1, 0, 0], Mask.FromImage(picture, MaskSource.TransparentIsEdit).Values);
        Assert.Equal([1, 0, 0, 128 / 255f], Mask.FromImage(picture, MaskSource.WhiteIsEdit).Values);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    public void Values_outside_0_to_1_are_refused(float value) => Assert.Throws<ArgumentException>(() => new Mask(1, 1, [value]));

    [Fact]
    public void Bounds_are_tight_and_empty_only_for_an_empty_mask()
    {
        Assert.Equal(new PixelRect(3, 2, 5, 4), Mask.FromRect(12, 9, new PixelRect(3, 2, 5, 4)).Bounds());
        var nothing = new Mask(12, 9, new float[108]);
        Assert.True(nothing.IsEmpty);
        Assert.True(nothing.Bounds().IsEmpty);
        nothing.Values[107] = 1e-6f;
        Assert.False(nothing.IsEmpty);
        Assert.Equal(new PixelRect(11, 8, 1, 1), nothing.Bounds());
    }

    [Fact]
    public void Dilating_takes_the_largest_value_in_the_square_around()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var (width, height, radius) = (random.Next(1, 20), random.Next(1, 20), random.Next(0, 12));
            var mask = new Mask(width, height, [.. Enumerable.Range(0, width * height).Select(_ => random.Next(5) == 0 ? random.NextSingle() : 0)]);
            var dilated = mask.Dilate(radius);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var largest = 0f;
                    for (var v = Math.Max(0, y - radius); v <= Math.Min(height - 1, y + radius); v++)
                    {
                        for (var u = Math.Max(0, x - radius); u <= Math.Min(width - 1, x + radius); u++)
                            largest = Math.Max(largest, mask[u, v]);
                    }

                    Assert.Equal(largest, dilated[x, y]);
                }
            }
        }
    }

    [Fact]
    public void Blurring_keeps_the_sum_inside_and_does_not_fade_at_the_picture_border()
    {
        var blurred = Mask.FromRect(61, 61, new PixelRect(26, 26, 9, 9)).Blur(3);
        Assert.Equal(81, blurred.Values.Sum(), 0.01);
        Assert.InRange(blurred[30, 30], 0.5f, 0.99f);
        Assert.All(new Mask(9, 5, [.. Enumerable.Repeat(1f, 45)]).Blur(4).Values, v => Assert.Equal(1, v, 1e-5f));
    }

    [Fact]
    public void Inverting_twice_gives_the_mask_back()
    {
        var mask = Pictures.RandomMask(20, 20, 2);
        Assert.Equal(mask.Values, mask.Invert().Invert().Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(1 - mask[10, 10], mask.Invert()[10, 10]);
    }

    [Fact]
    public void Reducing_keeps_the_largest_value_of_every_covered_pixel()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var (width, height) = (random.Next(8, 60), random.Next(8, 60));
            var mask = new Mask(width, height, new float[width * height]);
            var (x, y) = (random.Next(width), random.Next(height));
            mask.Values[(y * width) + x] = 0.7f;
            var small = mask.ResizeByMaximum(7, 5);
            Assert.Equal(0.7f, small[x * 7 / width, y * 5 / height]);
            Assert.InRange(small.Values.Count(v => v > 0), 1, 4);
        }
    }

    [Fact]
    public void A_crop_past_the_mask_has_the_value_given()
    {
        var crop = Mask.FromRect(4, 4, new PixelRect(0, 0, 4, 4)).Crop(new PixelRect(-1, 2, 3, 4), 0.25f);
        Assert.Equal([0.25f, 1, 1, 0.25f, 1, 1, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f], crop.Values);
    }

    [Fact]
    public void The_slope_never_lowers_the_mask_and_falls_to_nothing_at_its_end()
    {
        var mask = Mask.FromRect(60, 20, new PixelRect(0, 0, 20, 20));
        var graded = GradedMask.Create(mask, 8);
        for (var x = 0; x < 20; x++)
            Assert.Equal(1, graded[x, 10]);
        for (var x = 20; x < 60; x++)
        {
            Assert.True(graded[x, 10] <= graded[x - 1, 10]);
            Assert.Equal(x < 28, graded[x, 10] > 0);
        }

        Assert.Same(mask, GradedMask.Create(mask, 0));
    }

    [Fact]
    public void Distances_are_those_of_a_search_over_all_seeds()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var (width, height) = (random.Next(1, 24), random.Next(1, 24));
            var seeds = Enumerable.Range(0, width * height).Select(_ => random.Next(12) == 0).ToArray();
            var field = DistanceField.Compute(width, height, i => seeds[i]);
            for (var i = 0; i < field.Length; i++)
            {
                var nearest = double.PositiveInfinity;
                for (var j = 0; j < field.Length; j++)
                {
                    if (seeds[j])
                        nearest = Math.Min(nearest, Math.Sqrt(Math.Pow((i % width) - (j % width), 2) + Math.Pow((i / width) - (j / width), 2)));
                }

                if (double.IsInfinity(nearest))
                    Assert.True(float.IsPositiveInfinity(field[i]));
                else
                    Assert.Equal(nearest, field[i], 1e-4);
            }
        }
    }
}
