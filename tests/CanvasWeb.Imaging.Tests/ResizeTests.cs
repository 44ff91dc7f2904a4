namespace CanvasWeb.Imaging.Tests;

public sealed class ResizeTests
{
    public static TheoryData<ResizeKernel> Kernels() => new(Enum.GetValues<ResizeKernel>());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_same_size_gives_the_same_bytes_in_another_array(ResizeKernel kernel)
    {
        var picture = TestPictures.Noise(13, 9, seed: 2);
        var copy = ImageResizer.Resize(picture, 13, 9, kernel);
        Assert.Equal(picture.Rgba, copy.Rgba);
        Assert.NotSame(picture.Rgba, copy.Rgba);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_plain_colour_stays_that_colour_at_every_size(ResizeKernel kernel)
    {
        var picture = TestPictures.Plain(29, 17, 10, 200, 33, 255);
        foreach (var (w, h) in new[] { (1, 1), (7, 40), (64, 3), (28, 18), (290, 170) })
            Assert.All(ImageResizer.Resize(picture, w, h, kernel).Rgba.Chunk(4), p => Assert.Equal([10, 200, 33, 255], p));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_half_transparent_colour_stays_that_colour(ResizeKernel kernel)
    {
        var picture = TestPictures.Plain(20, 20, 10, 200, 33, 128);
        Assert.All(ImageResizer.Resize(picture, 11, 31, kernel).Rgba.Chunk(4), p => Assert.Equal([10, 200, 33, 128], p));
    }

    [Fact]
    public void Area_is_the_exact_mean_for_whole_factors()
    {
        var picture = TestPictures.Make(4, 2, (x, y) => ((byte)((x * 10) + (y * 100)), 0, 0, 255));
        var half = ImageResizer.Resize(picture, 2, 1, ResizeKernel.Area);

        // Means of {0, 10, 100, 110} and {20, 30, 120, 130}.
        Assert.Equal(55, TestPictures.Pixel(half, 0, 0).R);
        Assert.Equal(75, TestPictures.Pixel(half, 1, 0).R);
    }

    [Fact]
    public void Area_weighs_pixels_by_how_much_of_them_is_covered()
    {
        var picture = TestPictures.Make(3, 1, (x, _) => ((byte)(x * 90), 0, 0, 255));
        var two = ImageResizer.Resize(picture, 2, 1, ResizeKernel.Area);

        // (0 + 0.5 * 90) / 1.5 = 30 and (0.5 * 90 + 180) / 1.5 = 150.
        Assert.Equal((30, 150), (TestPictures.Pixel(two, 0, 0).R, TestPictures.Pixel(two, 1, 0).R));
    }

    [Fact]
    public void Linear_enlarging_interpolates_between_pixel_centres()
    {
        var picture = TestPictures.Make(2, 1, (x, _) => ((byte)(x * 200), 0, 0, 255));
        var four = ImageResizer.Resize(picture, 4, 1, ResizeKernel.Linear);
        Assert.Equal([0, 50, 150, 200], Enumerable.Range(0, 4).Select(x => TestPictures.Pixel(four, x, 0).R));
    }

    [Fact]
    public void Lanczos_agrees_with_values_worked_out_by_hand()
    {
        // A single white line at x = 4 of 9, halved towards 5: weights of sinc(x) sinc(x / 3) at distances (4.5 - 1.8 (i + 0.5)) / 1.8.
        var picture = TestPictures.Make(9, 1, (x, _) => x == 4 ? ((byte)255, (byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0, (byte)255));
        var five = ImageResizer.Resize(picture, 5, 1, ResizeKernel.Lanczos3);
        Assert.Equal(five.Rgba[0..4], five.Rgba[16..20]);
        Assert.Equal(five.Rgba[4..8], five.Rgba[12..16]);
        double Weight(double d) => d == 0 ? 1 : Math.Abs(d) >= 3 ? 0 : Math.Sin(Math.PI * d) / (Math.PI * d) * Math.Sin(Math.PI * d / 3) / (Math.PI * d / 3);
        for (var i = 0; i < 5; i++)
        {
            var centre = (i + 0.5) * 1.8;
            var sum = Enumerable.Range(0, 9).Sum(j => Weight((j + 0.5 - centre) / 1.8));
            var expected = Math.Clamp(255 * Weight((4.5 - centre) / 1.8) / sum, 0, 255);
            Assert.InRange(TestPictures.Pixel(five, i, 0).R, expected - 0.51, expected + 0.51);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_transparent_colour_does_not_bleed_into_its_neighbours(ResizeKernel kernel)
    {
        // Opaque red beside transparent green: straight averaging would give a green rim.
        var picture = TestPictures.Make(32, 32, (x, _) => x < 16 ? ((byte)255, (byte)0, (byte)0, (byte)255) : ((byte)0, (byte)255, (byte)0, (byte)0));
        foreach (var size in new[] { 9, 77 })
        {
            var resized = ImageResizer.Resize(picture, size, size, kernel);
            Assert.All(resized.Rgba.Chunk(4), p => Assert.True(p[3] == 0 || (p[0] == 255 && p[1] == 0)));
            Assert.Contains(resized.Rgba.Chunk(4), p => p[3] == 255);
            Assert.Contains(resized.Rgba.Chunk(4), p => p[3] == 0);
        }
    }

    [Fact]
    public void Shrinking_a_fine_pattern_gives_its_mean_and_no_moire()
    {
        var picture = TestPictures.Make(200, 200, (x, y) => (x + y) % 2 == 0 ? ((byte)255, (byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0, (byte)255));
        foreach (var kernel in Enum.GetValues<ResizeKernel>())
        {
            var small = ImageResizer.Resize(picture, 50, 50, kernel);
            for (var i = 5; i < 45; i++)
                Assert.InRange(TestPictures.Pixel(small, i, i).R, 126, 129);
        }
    }

    [Fact]
    public void Fit_keeps_proportions_and_never_enlarges()
    {
        var fitted = ImageResizer.Fit(TestPictures.Gradient(300, 100), 60);
        Assert.Equal((60, 20), (fitted.Width, fitted.Height));
        var thin = ImageResizer.Fit(TestPictures.Gradient(1000, 1), 10);
        Assert.Equal((10, 1), (thin.Width, thin.Height));
        var picture = TestPictures.Gradient(20, 10);
        Assert.Same(picture, ImageResizer.Fit(picture, 20));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    public void A_side_below_one_is_an_error(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageResizer.Resize(TestPictures.Gradient(4, 4), width, height, ResizeKernel.Area));

    [Theory]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Jpeg)]
    public void A_preview_keeps_to_its_side_and_bytes(ImageFormat format)
    {
        // Noise is the worst case for a codec: the limit is met by lower quality and then by a smaller side.
        foreach (var (picture, limit) in new[] { (TestPictures.Gradient(512, 384), 12_000), (TestPictures.Noise(512, 384, seed: 4), 12_000), (TestPictures.Noise(512, 384, seed: 4), 1200) })
        {
            var preview = ImageEncoder.EncodePreview(picture, 256, limit, format);
            Assert.InRange(preview.Bytes.Length, 1, limit);
            var info = ImageIdentifier.Identify(preview.Bytes);
            Assert.Equal((preview.Format, preview.Width, preview.Height), (info.Format, info.Width, info.Height));
            Assert.InRange(Math.Max(info.Width, info.Height), 8, 256);
        }
    }

    [Fact]
    public void A_smooth_preview_keeps_its_full_side_and_best_quality()
    {
        var preview = ImageEncoder.EncodePreview(TestPictures.Gradient(512, 512), 256, 12_000);
        Assert.Equal((256, 256, 95), (preview.Width, preview.Height, preview.Quality));
    }

    [Fact]
    public void A_preview_that_no_quality_and_size_can_fit_is_refused() =>
        Assert.Equal(ImageErrorCodes.EncodeFailed, Assert.Throws<ImageException>(() => ImageEncoder.EncodePreview(TestPictures.Gradient(64, 64), 32, 10)).Code);
}
