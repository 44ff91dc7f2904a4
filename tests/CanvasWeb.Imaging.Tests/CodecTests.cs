namespace CanvasWeb.Imaging.Tests;

public sealed class CodecTests
{
    /// <summary>Away from the edges of sRGB, where two profiles that describe it a little differently clip apart.</summary>
    private static PixelImage ModerateColours => TestPictures.Make(32, 32, (x, y) => ((byte)(60 + (x * 4)), (byte)(60 + (y * 4)), 110, 255));

    [Fact]
    public void Png_gives_back_every_byte_of_an_opaque_picture()
    {
        var picture = TestPictures.Gradient(37, 23);
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions()), ImageLimits.Default);
        Assert.Equal(picture.Rgba, back.Rgba);
    }

    [Fact]
    public void Png_gives_back_every_byte_of_a_transparent_picture_even_under_alpha_zero()
    {
        var picture = TestPictures.Noise(31, 17, seed: 5);
        picture.Rgba[3] = 0;
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions()), ImageLimits.Default);
        Assert.Equal(picture.Rgba, back.Rgba);
    }

    [Fact]
    public void Lossless_webp_gives_back_every_byte_even_under_alpha_zero()
    {
        var picture = TestPictures.Noise(31, 17, seed: 6);
        picture.Rgba[3] = 0;
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Lossless = true }), ImageLimits.Default);
        Assert.Equal(picture.Rgba, back.Rgba);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Lossy_formats_give_back_nearly_the_picture(ImageFormat format)
    {
        var picture = TestPictures.Gradient(64, 48);
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions { Format = format, Quality = 95 }), ImageLimits.Default);
        Assert.InRange(TestPictures.MeanDifference(picture, back), 0, 2);
    }

    [Fact]
    public void Lossy_webp_keeps_alpha_exactly()
    {
        var picture = TestPictures.Make(40, 40, (x, y) => (200, 100, 50, (byte)(x * 6)));
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Quality = 80 }), ImageLimits.Default);
        for (var x = 0; x < 40; x++)
            Assert.Equal(x * 6, TestPictures.Pixel(back, x, 20).A);
    }

    [Fact]
    public void Jpeg_shows_transparent_pixels_on_white()
    {
        var picture = TestPictures.Plain(16, 16, 0, 0, 0, 0);
        var back = ImageDecoder.Decode(ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.Jpeg }), ImageLimits.Default);
        Assert.Equal((255, 255, 255, 255), TestPictures.Pixel(back, 8, 8));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void The_same_picture_gives_the_same_bytes(ImageFormat format)
    {
        var options = new EncodeOptions { Format = format, Parameters = "{\"seed\":7}" };
        Assert.Equal(ImageEncoder.Encode(TestPictures.Gradient(300, 200), options), ImageEncoder.Encode(TestPictures.Gradient(300, 200), options));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quality_outside_1_to_100_is_an_error(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.Encode(TestPictures.Gradient(4, 4), new EncodeOptions { Format = ImageFormat.Jpeg, Quality = quality }));

    [Fact]
    public void A_format_that_is_only_known_is_never_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.Encode(TestPictures.Gradient(4, 4), new EncodeOptions { Format = ImageFormat.Gif }));

    [Fact]
    public void WebP_refuses_a_side_that_it_cannot_hold_and_says_what_to_do()
    {
        var error = Assert.Throws<ImageException>(() => ImageEncoder.Encode(new PixelImage(16_384, 1), new EncodeOptions { Format = ImageFormat.WebP }));
        Assert.Equal(ImageErrorCodes.TooLarge, error.Code);
        Assert.Contains("PNG", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_bit_rgb_with_alpha_is_rounded_to_eight()
    {
        // Two pixels: (65535, 32896 = 128 * 257, 0) with alpha 65535 and alpha 32896.
        byte[] samples = [255, 255, 128, 128, 0, 0, 255, 255, 255, 255, 128, 128, 0, 0, 128, 128];
        var image = ImageDecoder.Decode(TestFiles.Png(2, 1, 16, 6, samples), ImageLimits.Default);
        Assert.Equal((255, 128, 0, 255), TestPictures.Pixel(image, 0, 0));
        Assert.Equal((255, 128, 0, 128), TestPictures.Pixel(image, 1, 0));
    }

    [Fact]
    public void Sixteen_bit_grey_becomes_the_same_grey_in_all_three()
    {
        byte[] samples = [0, 0, 128, 128, 255, 255];
        var image = ImageDecoder.Decode(TestFiles.Png(3, 1, 16, 0, samples), ImageLimits.Default);
        Assert.Equal((0, 0, 0, 255), TestPictures.Pixel(image, 0, 0));
        Assert.Equal((128, 128, 128, 255), TestPictures.Pixel(image, 1, 0));
        Assert.Equal((255, 255, 255, 255), TestPictures.Pixel(image, 2, 0));
    }

    [Fact]
    public void Eight_bit_grey_keeps_its_values()
    {
        var samples = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var image = ImageDecoder.Decode(TestFiles.Png(256, 1, 8, 0, samples), ImageLimits.Default);
        for (var i = 0; i < 256; i++)
            Assert.Equal((i, i, i, 255), TestPictures.Pixel(image, i, 0));
    }

    [Fact]
    public void Grey_with_alpha_keeps_both()
    {
        var image = ImageDecoder.Decode(TestFiles.Png(2, 1, 8, 4, [10, 20, 200, 255]), ImageLimits.Default);
        Assert.Equal((10, 10, 10, 20), TestPictures.Pixel(image, 0, 0));
        Assert.Equal((200, 200, 200, 255), TestPictures.Pixel(image, 1, 0));
    }

    [Fact]
    public void A_palette_with_transparent_entries_is_looked_up()
    {
        var file = TestFiles.Png(3, 1, 8, 3, [0, 1, 2], ("PLTE", [255, 0, 0, 0, 255, 0, 0, 0, 255]), ("tRNS", [255, 0, 128]));
        Assert.True(ImageIdentifier.Identify(file).HasAlpha);
        var image = ImageDecoder.Decode(file, ImageLimits.Default);
        Assert.Equal((255, 0, 0, 255), TestPictures.Pixel(image, 0, 0));
        Assert.Equal(0, TestPictures.Pixel(image, 1, 0).A);
        Assert.Equal((0, 0, 255, 128), TestPictures.Pixel(image, 2, 0));
    }

    [Fact]
    public void One_bit_grey_becomes_black_and_white()
    {
        var image = ImageDecoder.Decode(TestFiles.Png(8, 1, 1, 0, [0b1010_0000]), ImageLimits.Default);
        Assert.Equal((255, 255, 255, 255), TestPictures.Pixel(image, 0, 0));
        Assert.Equal((0, 0, 0, 255), TestPictures.Pixel(image, 1, 0));
    }

    [Fact]
    public void An_embedded_profile_is_converted_to_srgb()
    {
        var file = TestFiles.WithProfile(ModerateColours, "p3", "pngsave_buffer", embed: true);

        // Without the profile the stored numbers differ visibly, so a decoder that ignored it would fail below.
        var ignored = ImageDecoder.Decode(TestFiles.WithProfile(ModerateColours, "p3", "pngsave_buffer", embed: false), ImageLimits.Default);
        Assert.InRange(TestPictures.LargestDifference(ModerateColours, ignored), 8, 255);
        Assert.InRange(TestPictures.LargestDifference(ModerateColours, ImageDecoder.Decode(file, ImageLimits.Default)), 0, 2);
    }

    [Fact]
    public void A_sixteen_bit_picture_with_a_profile_is_converted_too()
    {
        var file = TestFiles.WithProfile(ModerateColours, "p3", "pngsave_buffer", embed: true, depth: 16);
        Assert.InRange(TestPictures.LargestDifference(ModerateColours, ImageDecoder.Decode(file, ImageLimits.Default)), 0, 1);
    }

    [Fact]
    public void An_embedded_srgb_profile_changes_no_value_by_more_than_one()
    {
        var picture = TestPictures.Gradient(64, 64);
        var file = TestFiles.WithProfile(picture, "srgb", "pngsave_buffer", embed: true);
        Assert.InRange(TestPictures.LargestDifference(picture, ImageDecoder.Decode(file, ImageLimits.Default)), 0, 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cmyk_jpeg_comes_out_in_its_colours(bool embed)
    {
        // Soft colours that ink can print; saturated ones lie outside CMYK and cannot come back.
        var picture = TestPictures.Make(32, 32, (x, y) => ((byte)(110 + (x * 3)), (byte)(110 + (y * 3)), 150, 255));
        var file = TestFiles.WithProfile(picture, "cmyk", "jpegsave_buffer", embed);
        var back = ImageDecoder.Decode(file, ImageLimits.Default);
        Assert.InRange(TestPictures.MeanDifference(picture, back), 0, 4);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 0, 1)]
    public void Exif_orientation_is_applied(int orientation, int redHalfX, int redHalfY)
    {
        // A red left upper quarter in a 48 x 32 picture; the table above says in which quarter it must end up (EXIF 2.32, 4.6.4).
        var picture = TestPictures.Make(48, 32, (x, y) => x < 24 && y < 16 ? ((byte)255, (byte)0, (byte)0, (byte)255) : ((byte)0, (byte)0, (byte)255, (byte)255));
        var jpeg = ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.Jpeg });
        var turned = ImageDecoder.Decode(TestFiles.WithJpegSegment(jpeg, 0xE1, [.. "Exif\0\0"u8, .. TestFiles.Exif(orientation)]), ImageLimits.Default);
        Assert.Equal(orientation >= 5 ? (32, 48) : (48, 32), (turned.Width, turned.Height));
        for (var half = 0; half < 4; half++)
        {
            var pixel = TestPictures.Pixel(turned, (turned.Width / 4) + (half % 2 * turned.Width / 2), (turned.Height / 4) + (half / 2 * turned.Height / 2));
            Assert.Equal(half % 2 == redHalfX && half / 2 == redHalfY, pixel.R > 128);
        }
    }

    [Fact]
    public void Exif_orientation_in_a_png_is_applied()
    {
        var file = TestFiles.Png(2, 1, 8, 2, [255, 0, 0, 0, 0, 255], ("eXIf", TestFiles.Exif(6)));
        var image = ImageDecoder.Decode(file, ImageLimits.Default);
        Assert.Equal((1, 2), (image.Width, image.Height));
        Assert.Equal((255, 0, 0, 255), TestPictures.Pixel(image, 0, 0));
    }

    [Fact]
    public void Metadata_of_an_upload_does_not_reach_the_file_written_from_it()
    {
        var jpeg = TestFiles.WithJpegSegment(ImageEncoder.Encode(TestPictures.Gradient(16, 16), new EncodeOptions { Format = ImageFormat.Jpeg, Parameters = "secret-prompt" }), 0xFE, "secret-comment"u8.ToArray());
        var image = ImageDecoder.Decode(jpeg, ImageLimits.Default);
        foreach (var format in new[] { ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP })
            Assert.Equal(-1, ImageEncoder.Encode(image, new EncodeOptions { Format = format }).AsSpan().IndexOf("secret"u8));
    }
}
