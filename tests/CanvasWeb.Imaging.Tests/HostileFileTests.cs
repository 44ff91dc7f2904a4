using CanvasWeb.Imaging.Headers;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging.Tests;

/// <summary>Small files that ask for much work.</summary>
public sealed class HostileFileTests
{
    [Fact]
    public void A_progressive_jpeg_of_endless_scans_is_refused()
    {
        var jpeg = ProgressiveJpeg(TestPictures.Plain(1024, 1024, 90, 120, 150, 255));
        Assert.Equal(1024, ImageDecoder.Decode(jpeg, ImageLimits.Default).Width);

        Assert.InRange(JpegFile.CountScans(jpeg), 5, 20);

        // The last scan of the file again and again: a dozen bytes that each make the decoder walk over the whole picture.
        var scan = jpeg.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        var again = jpeg.AsSpan(scan, jpeg.Length - 2 - scan).ToArray();
        byte[] endless = [.. jpeg.AsSpan(0, jpeg.Length - 2), .. Enumerable.Repeat(again, 3000).SelectMany(s => s), 0xFF, 0xD9];
        Assert.InRange(JpegFile.CountScans(endless), 3005, 3020);
        var error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(endless, ImageLimits.Default));
        Assert.Equal(ImageErrorCodes.Broken, error.Code);
        Assert.Contains("scans", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scans_are_counted_across_restart_markers_and_stuffed_bytes()
    {
        byte[] coded = [1, 0xFF, 0x00, 2, 0xFF, 0xD0, 3, 0xFF, 0xD7, 4];
        byte[] header = [0xFF, 0xDA, 0, 2];
        byte[] jpeg = [0xFF, 0xD8, .. header, .. coded, .. header, .. coded, 0xFF, 0xD9, .. header];
        Assert.Equal(2, JpegFile.CountScans(jpeg));
        for (var length = 0; length < jpeg.Length; length++)
            Assert.InRange(JpegFile.CountScans(jpeg.AsSpan(0, length)), 0, 2);
    }

    private static unsafe byte[] ProgressiveJpeg(PixelImage image)
    {
        VipsRuntime.EnsureStarted();
        var rgb = image.Rgba.Chunk(4).SelectMany(p => p.Take(3)).ToArray();
        fixed (byte* memory = rgb)
        {
            using var raw = new GObjectHandle(NativeMethods.VipsImageNewFromMemory(memory, (nuint)rgb.Length, image.Width, image.Height, 3, VipsEnums.FormatUchar));
            using var save = new VipsOperation("jpegsave_buffer").Set("in", raw).Set("interlace", flag: true);
            Assert.True(save.TryBuild(), VipsRuntime.TakeErrors());
            return save.GetBytes("buffer");
        }
    }
}
