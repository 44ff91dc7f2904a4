using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging.Tests;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Identify_reads_size_format_and_alpha_from_the_header(ImageFormat format)
    {
        var opaque = ImageEncoder.Encode(TestPictures.Gradient(33, 21), new EncodeOptions { Format = format });
        Assert.Equal(new ImageInfo(format, 33, 21, 1, HasAlpha: false), ImageIdentifier.Identify(opaque));
        using var stream = new MemoryStream(opaque);
        Assert.Equal(new ImageInfo(format, 33, 21, 1, HasAlpha: false), ImageIdentifier.Identify(stream, ImageLimits.Default));
        if (format == ImageFormat.Jpeg)
            return;
        foreach (var lossless in new[] { false, true })
        {
            var transparent = ImageEncoder.Encode(TestPictures.Noise(33, 21, seed: 1), new EncodeOptions { Format = format, Lossless = lossless });
            Assert.Equal(new ImageInfo(format, 33, 21, 1, HasAlpha: true), ImageIdentifier.Identify(transparent));
        }
    }

    [Fact]
    public void A_header_of_50000_a_side_is_refused_before_any_decoder_sees_it()
    {
        byte[] png = [.. Headers.PngFile.Signature, .. TestFiles.PngHeader(50_000, 50_000, 8, 6)];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xC3, 0x50, 0xC3, 0x50, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        var webp = TestFiles.WebPExtended(0, 50_000, 50_000);
        foreach (var file in new[] { png, jpeg, webp })
        {
            var info = ImageIdentifier.Identify(file);
            Assert.Equal((50_000, 50_000), (info.Width, info.Height));

            // None of these files has a single pixel: an answer other than "too large" would mean that a decoder looked further.
            Assert.Equal(ImageErrorCodes.TooLarge, Refuse(file).Code);
        }
    }

    [Fact]
    public void Pixels_are_limited_even_when_each_side_fits()
    {
        byte[] png = [.. Headers.PngFile.Signature, .. TestFiles.PngHeader(16_000, 16_000, 8, 6)];
        var error = Refuse(png);
        Assert.Equal(ImageErrorCodes.TooLarge, error.Code);
        Assert.Contains("256.0 megapixels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_exactly_on_the_limits_is_read()
    {
        var file = ImageEncoder.Encode(TestPictures.Gradient(20, 10), new EncodeOptions());
        var limits = new ImageLimits { MaxBytes = file.Length, MaxPixels = 200, MaxSide = 20 };
        Assert.Equal(20, ImageDecoder.Decode(file, limits).Width);
        Assert.Equal(ImageErrorCodes.TooLarge, Refuse(file, limits with { MaxBytes = file.Length - 1 }).Code);
        Assert.Equal(ImageErrorCodes.TooLarge, Refuse(file, limits with { MaxPixels = 199 }).Code);
        Assert.Equal(ImageErrorCodes.TooLarge, Refuse(file, limits with { MaxSide = 19 }).Code);
    }

    [Fact]
    public async Task A_stream_is_refused_at_the_first_byte_too_many()
    {
        using var stream = new MemoryStream(new byte[1000]);
        var error = await Assert.ThrowsAsync<ImageException>(() => ImageIdentifier.ReadBoundedAsync(stream, new ImageLimits { MaxBytes = 999 }, TestContext.Current.CancellationToken));
        Assert.Equal(ImageErrorCodes.TooLarge, error.Code);
        stream.Position = 0;
        Assert.Equal(1000, (await ImageIdentifier.ReadBoundedAsync(stream, new ImageLimits { MaxBytes = 1000 }, TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("\uFEFF <?xml version=\"1.0\"?><!-- a --><svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<!DOCTYPE svg><SVG/>")]
    public void Svg_is_refused_with_its_own_reason(string text) => Assert.Equal(ImageErrorCodes.SvgRefused, Refuse(System.Text.Encoding.UTF8.GetBytes(text)).Code);

    [Theory]
    [InlineData("GIF89a\u0001\0\u0001\0\0\0\0;", "GIF")]
    [InlineData("II*\0\b\0\0\0", "TIFF")]
    [InlineData("%PDF-1.7\n", "PDF")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "AVIF")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    [InlineData("BM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "BMP")]
    [InlineData("8BPS\0\u0001", "Photoshop")]
    public void Known_formats_that_are_not_read_are_named(string bytes, string name)
    {
        var error = Refuse(System.Text.Encoding.Latin1.GetBytes(bytes));
        Assert.Equal(ImageErrorCodes.UnsupportedFormat, error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello, this is text")]
    [InlineData("<html></html>")]
    [InlineData("MZ\u0090\0")]
    [InlineData("P")]
    public void Bytes_of_no_picture_are_refused(string bytes) => Assert.Equal(ImageErrorCodes.UnsupportedFormat, Refuse(System.Text.Encoding.Latin1.GetBytes(bytes)).Code);

    [Fact]
    public void An_empty_file_is_refused() => Assert.Equal(ImageErrorCodes.Truncated, Refuse([]).Code);

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void A_file_cut_off_anywhere_is_refused(ImageFormat format)
    {
        var file = ImageEncoder.Encode(TestPictures.Noise(24, 24, seed: 3), new EncodeOptions { Format = format });
        for (var length = 12; length < file.Length; length += Math.Max(1, file.Length / 60))
            Assert.Equal(ImageErrorCodes.Truncated, Refuse(file.AsSpan(0, length).ToArray()).Code);
    }

    [Fact]
    public void Damaged_pixels_are_refused()
    {
        var file = ImageEncoder.Encode(TestPictures.Noise(64, 64, seed: 3), new EncodeOptions());
        file[file.Length / 2] ^= 0x55;
        var error = Refuse(file);
        Assert.Equal(ImageErrorCodes.Broken, error.Code);
        Assert.False(string.IsNullOrEmpty(error.Detail));
    }

    [Fact]
    public void Animations_are_refused_with_their_frame_count()
    {
        byte[] apng = TestFiles.Png(2, 2, 8, 2, new byte[12], ("acTL", [0, 0, 0, 5, 0, 0, 0, 0]));
        var webp = TestFiles.AnimatedWebP(TestPictures.Gradient(16, 16), 5);
        foreach (var file in new[] { apng, webp, TestFiles.Gif(5) })
        {
            Assert.Equal(5, ImageIdentifier.Identify(file).Frames);
            var error = Refuse(file);
            Assert.Equal(ImageErrorCodes.Animated, error.Code);
            Assert.Contains("5 frames", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_animation_that_the_limits_allow_gives_its_first_frame()
    {
        var picture = TestPictures.Gradient(16, 16);
        var image = ImageDecoder.Decode(TestFiles.AnimatedWebP(picture, 3), new ImageLimits { MaxFrames = 3 });
        Assert.Equal((16, 16), (image.Width, image.Height));
    }

    [Fact]
    public void A_webp_whose_inner_picture_is_larger_than_its_header_says_is_refused()
    {
        var inner = ImageEncoder.Encode(TestPictures.Gradient(64, 64), new EncodeOptions { Format = ImageFormat.WebP }).AsSpan(20).ToArray();
        Assert.Equal(ImageErrorCodes.Broken, Refuse(TestFiles.WebPExtended(0, 8, 8, ("VP8 ", inner))).Code);
    }

    // heifload_buffer is missing here: it reads its header before libvips asks whether it is blocked. Nothing names it in our code.
    [Theory]
    [InlineData("svgload_buffer")]
    [InlineData("pdfload_buffer")]
    [InlineData("tiffload_buffer")]
    [InlineData("gifload_buffer")]
    [InlineData("magickload_buffer")]
    public unsafe void Loaders_of_other_formats_cannot_be_reached(string operation)
    {
        fixed (byte* bytes = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8)
        {
            if (TryMake(operation) is not { } load)
                return;
            using (load)
            {
                Assert.False(load.SetBlob("buffer", bytes, 60).TryBuild());
                Assert.Contains("blocked", VipsRuntime.TakeErrors(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("pngload")]
    [InlineData("jpegload")]
    [InlineData("vipsload")]
    [InlineData("svgload")]
    public void Files_on_disk_cannot_be_reached_by_name(string operation)
    {
        if (TryMake(operation) is not { } load)
            return;
        using (load)
        {
            Assert.False(load.Set("filename", typeof(RefusalTests).Assembly.Location).TryBuild());
            Assert.Contains("blocked", VipsRuntime.TakeErrors(), StringComparison.Ordinal);
        }
    }

    /// <summary>Null for an operation that this build of libvips does not have at all, which is as unreachable as can be.</summary>
    private static VipsOperation? TryMake(string name)
    {
        try
        {
            return new VipsOperation(name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static ImageException Refuse(byte[] file, ImageLimits? limits = null) => Assert.Throws<ImageException>(() => ImageDecoder.Decode(file, limits ?? ImageLimits.Default));
}
