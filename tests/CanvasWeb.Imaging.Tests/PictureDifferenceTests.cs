namespace CanvasWeb.Imaging.Tests;

public sealed class PictureDifferenceTests
{
    [Fact]
    public void The_same_pixels_are_identical()
    {
        var difference = PictureDifference.Between(Grey(100), Grey(100));

        Assert.Equal(new PictureDifference(0, 0, double.PositiveInfinity), difference);
        Assert.Equal(Likeness.Identical, difference!.Value.Likeness);
    }

    [Theory]
    [InlineData(101, Likeness.Close)]
    [InlineData(130, Likeness.Different)]
    public void What_nobody_sees_is_close_and_the_rest_is_different(byte shade, Likeness likeness) =>
        Assert.Equal(likeness, PictureDifference.Between(Grey(100), Grey(shade))!.Value.Likeness);

    [Fact]
    public void Decibels_are_those_of_the_definition()
    {
        // Three of four values differ by 10: the mean square is 75.
        var difference = PictureDifference.Between(Grey(100), Grey(110))!.Value;

        Assert.Equal((10, 7.5), (difference.Max, difference.Mean));
        Assert.Equal(10 * Math.Log10(65_025 / 75.0), difference.Decibels, 9);
    }

    [Fact]
    public void Colours_that_nobody_sees_do_not_count_and_other_sizes_are_not_compared()
    {
        var (a, b) = (new PixelImage(2, 2), new PixelImage(2, 2));
        b.Rgba[0] = 200; // alpha 0

        Assert.Equal(Likeness.Identical, PictureDifference.Between(a, b)!.Value.Likeness);
        Assert.Null(PictureDifference.Between(a, new PixelImage(2, 3)));
    }

    private static PixelImage Grey(byte shade)
    {
        var picture = new PixelImage(16, 16);
        for (var i = 0; i < picture.Rgba.Length; i++)
            picture.Rgba[i] = i % 4 == 3 ? (byte)255 : shade;
        return picture;
    }
}
