namespace CanvasWeb.Imaging.Tests;

/// <summary>Pictures written row by row: the same pixels as those written at once.</summary>
public sealed class RowStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Rows_of_rgba_come_back_byte_for_byte(int level)
    {
        foreach (var picture in (PixelImage[])[TestPictures.Noise(257, 61, seed: 3), TestPictures.Make(300, 200, (x, y) => ((byte)(x * y), (byte)(x + y), (byte)(y * 3), (byte)(255 - x)))])
            Assert.Equal(picture.Rgba, ImageDecoder.Decode(Png(picture, PngPixels.Rgba, level), ImageLimits.Default).Rgba);
    }

    [Fact]
    public void Rgb_leaves_alpha_away_and_keeps_colours()
    {
        var picture = TestPictures.Noise(129, 40, seed: 8);
        var back = ImageDecoder.Decode(Png(picture, PngPixels.Rgb, level: 6), ImageLimits.Default);
        Assert.All(Enumerable.Range(0, picture.Rgba.Length), i => Assert.Equal(i % 4 == 3 ? 255 : picture.Rgba[i], back.Rgba[i]));
    }

    [Fact]
    public void Grey_rows_come_back_as_grey()
    {
        var rows = new byte[70 * 33];
        new Random(5).NextBytes(rows);
        using var file = new MemoryStream();
        using (var writer = new PngRowWriter(file, 70, 33, PngPixels.Grey, parameters: null, level: 6))
        {
            writer.WriteRows(rows.AsSpan(0, 70 * 20));
            writer.WriteRows(rows.AsSpan(70 * 20));
            writer.Complete();
        }

        var back = ImageDecoder.Decode(file.ToArray(), ImageLimits.Default);
        Assert.Equal(rows.SelectMany(grey => (byte[])[grey, grey, grey, 255]), back.Rgba);
    }

    [Fact]
    public void Filters_make_a_smooth_picture_as_small_as_libvips_does()
    {
        var picture = TestPictures.Make(512, 512, (x, y) => ((byte)(128 + (100 * Math.Sin(x / 40.0))), (byte)(128 + (100 * Math.Cos(y / 30.0))), (byte)((x + y) / 4), 255));
        Assert.InRange(Png(picture, PngPixels.Rgb, level: 6).Length, 1, ImageEncoder.Encode(picture, new EncodeOptions()).Length * 1.25);
    }

    [Fact]
    public void Parameters_are_read_back()
    {
        Assert.Equal("a fox, 日本", ImageMetadata.ReadParameters(Png(TestPictures.Gradient(20, 10), PngPixels.Rgba, 6, "a fox, 日本")));
        Assert.Equal("a fox, 日本", ImageMetadata.ReadParameters(Jpeg(TestPictures.Gradient(20, 10), "a fox, 日本")));
    }

    [Fact]
    public void Missing_rows_and_rows_too_many_are_refused()
    {
        using var writer = new PngRowWriter(new MemoryStream(), 4, 2, PngPixels.Rgba, parameters: null, level: 1);
        writer.WriteRows(new byte[16]);
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<ArgumentException>(() => writer.WriteRows(new byte[32]));
        Assert.Throws<ArgumentException>(() => writer.WriteRows(new byte[7]));
    }

    [Fact]
    public void A_jpeg_through_streams_is_nearly_the_picture()
    {
        var picture = TestPictures.Gradient(640, 480);
        Assert.InRange(TestPictures.MeanDifference(picture, ImageDecoder.Decode(Jpeg(picture, parameters: null), ImageLimits.Default)), 0, 2);
    }

    [Fact]
    public void What_a_stream_throws_comes_out_of_the_jpeg_call()
    {
        var png = Png(TestPictures.Gradient(64, 64), PngPixels.Rgb, level: 0);
        Assert.Throws<FileSaveException>(() => JpegTranscoder.FromPng(new MemoryStream(png), new FullDisk(), 90, parameters: null));
        Assert.Throws<ImageException>(() => JpegTranscoder.FromPng(new MemoryStream(png[..200]), new MemoryStream(), 90, parameters: null));
    }

    private static byte[] Png(PixelImage picture, PngPixels pixels, int level, string? parameters = null)
    {
        using var file = new MemoryStream();
        using (var writer = new PngRowWriter(file, picture.Width, picture.Height, pixels, parameters, level))
        {
            writer.WriteRows(picture.Rgba);
            writer.Complete();
        }

        return file.ToArray();
    }

    private static byte[] Jpeg(PixelImage picture, string? parameters)
    {
        using var file = new MemoryStream();
        JpegTranscoder.FromPng(new MemoryStream(Png(picture, PngPixels.Rgb, level: 0)), file, 95, parameters);
        return file.ToArray();
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new FileSaveException("disk_full", "The disk is full.", innerException: null);
    }
}
