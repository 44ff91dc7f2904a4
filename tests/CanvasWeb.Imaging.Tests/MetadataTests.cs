using System.IO.Compression;
using System.Text;
using CanvasWeb.Imaging.Headers;

namespace CanvasWeb.Imaging.Tests;

public sealed class MetadataTests
{
    public static TheoryData<ImageFormat, string> FormatsAndTexts()
    {
        var data = new TheoryData<ImageFormat, string>();
        foreach (var format in new[] { ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP })
        {
            data.Add(format, "");
            data.Add(format, "a small red cube\nSteps: 15, Seed: 7");
            data.Add(format, "{\"prompt\":\"<b> & \\\"quotes\\\" ]]>\",\"seed\":18446744073709551615}");
            data.Add(format, "Größe é – 红色的立方体 🎨");
            data.Add(format, "line\r\nline\rline\n\ttab  two spaces ");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FormatsAndTexts))]
    public void Parameters_come_back_exactly(ImageFormat format, string text)
    {
        var picture = TestPictures.Gradient(20, 20);
        var file = ImageEncoder.Encode(picture, new EncodeOptions { Format = format, Parameters = text });
        Assert.Equal(text, ImageMetadata.ReadParameters(file));
        Assert.Equal((20, 20), (ImageDecoder.Decode(file, ImageLimits.Default).Width, ImageIdentifier.Identify(file).Height));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void The_longest_text_allowed_comes_back_and_one_character_more_is_refused(ImageFormat format)
    {
        var text = new string('x', 32_768);
        var file = ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Format = format, Parameters = text });
        Assert.Equal(text, ImageMetadata.ReadParameters(file));
        var error = Assert.Throws<ImageException>(() => ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Format = format, Parameters = text + "x" }));
        Assert.Equal(ImageErrorCodes.BadParameters, error.Code);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0007")]
    public void Characters_that_xml_cannot_hold_are_refused(string text)
    {
        var error = Assert.Throws<ImageException>(() => ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Parameters = text }));
        Assert.Equal(ImageErrorCodes.BadParameters, error.Code);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        var error = Assert.Throws<ImageException>(() => ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Parameters = "a" + (char)0xD83C }));
        Assert.Equal(ImageErrorCodes.BadParameters, error.Code);
    }

    [Fact]
    public void Png_parameters_stand_in_a_plain_text_chunk_before_the_pixels()
    {
        var file = ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Parameters = "seed 7" });
        var text = file.AsSpan().IndexOf("tEXtparameters\0seed 7"u8);
        Assert.InRange(text, 1, file.AsSpan().IndexOf("IDAT"u8));
    }

    [Fact]
    public void Png_carries_xmp_in_plain_utf8_and_no_resolution_that_nobody_gave()
    {
        var file = ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Parameters = "W\u00FCrfel \u72D0\u72F8" });
        byte[] start = [.. "iTXtXML:com.adobe.xmp\0"u8, 0, 0, 0, 0];
        var xmp = file.AsSpan().IndexOf(start);
        Assert.InRange(xmp, 1, file.AsSpan().IndexOf("IDAT"u8));
        Assert.True(file.AsSpan(xmp).IndexOf("W\u00FCrfel \u72D0\u72F8"u8) > 0);
        Assert.Equal(-1, file.AsSpan().IndexOf("pHYs"u8));
    }

    [Fact]
    public void Parameters_that_another_program_compressed_are_read()
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write("a prompt"u8);
        byte[] zText = [.. "parameters\0\0"u8, .. compressed.ToArray()];
        byte[] iText = [.. "parameters\0\u0001\0en\0title\0"u8, .. compressed.ToArray()];
        Assert.Equal("a prompt", ImageMetadata.ReadParameters(TestFiles.Png(1, 1, 8, 0, [0], ("zTXt", zText))));
        Assert.Equal("a prompt", ImageMetadata.ReadParameters(TestFiles.Png(1, 1, 8, 0, [0], ("iTXt", iText))));
    }

    [Fact]
    public void A_text_that_unpacks_past_a_mebibyte_is_not_read()
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(new byte[1_048_577]);
        Assert.Null(ImageMetadata.ReadParameters(TestFiles.Png(1, 1, 8, 0, [0], ("zTXt", [.. "parameters\0\0"u8, .. compressed.ToArray()]))));
    }

    [Fact]
    public void Xmp_with_entities_or_external_references_is_not_read()
    {
        const string Bomb = "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><x><p:parameters xmlns:p=\"urn:canvasweb:xmp:1\">&a;&c;</p:parameters></x>";
        var jpeg = ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Format = ImageFormat.Jpeg });
        Assert.Null(ImageMetadata.ReadParameters(TestFiles.WithJpegSegment(jpeg, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(Bomb)])));
        Assert.Equal("b", XmpPacket.Read("<x><p:parameters xmlns:p=\"urn:canvasweb:xmp:1\">b</p:parameters></x>"u8));
    }

    [Fact]
    public void Files_without_parameters_give_null()
    {
        foreach (var format in new[] { ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP })
            Assert.Null(ImageMetadata.ReadParameters(ImageEncoder.Encode(TestPictures.Gradient(8, 8), new EncodeOptions { Format = format })));
        Assert.Null(ImageMetadata.ReadParameters([]));
        Assert.Null(ImageMetadata.ReadParameters("no picture"u8));
    }
}
