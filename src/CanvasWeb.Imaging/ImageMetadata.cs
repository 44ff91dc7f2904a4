using CanvasWeb.Imaging.Headers;

namespace CanvasWeb.Imaging;

/// <summary>
/// Reads back the text that <see cref="EncodeOptions.Parameters"/> put into a file. Managed code only; what it gives is a stranger's text:
/// show it, parse it with limits, never run it.
/// </summary>
public static class ImageMetadata
{
    /// <summary>The PNG keyword that programs for picture generation share.</summary>
    internal const string ParametersKeyword = "parameters";

    /// <summary>In front of the XMP packet in a JPEG APP1 segment (XMP specification part 3, 1.1.3).</summary>
    private static ReadOnlySpan<byte> JpegXmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    /// <summary>The parameters in a PNG, JPEG or WebP file, or null when it has none or is anything else. Never throws for any bytes.</summary>
    public static string? ReadParameters(ReadOnlySpan<byte> file) => MagicBytes.Recognise(file) switch
    {
        ImageFormat.Png => ReadPng(file),
        ImageFormat.Jpeg => ReadJpeg(file),
        ImageFormat.WebP => ReadWebP(file),
        _ => null,
    };

    private static string? ReadPng(ReadOnlySpan<byte> file)
    {
        var text = PngText.Read(file, ParametersKeyword);
        if (text is not null)
            return text;
        var xmp = PngText.Read(file, PngText.XmpKeyword);
        return xmp is null ? null : XmpPacket.Read(System.Text.Encoding.UTF8.GetBytes(xmp));
    }

    private static string? ReadJpeg(ReadOnlySpan<byte> file)
    {
        var position = 2;
        while (JpegFile.TryReadSegment(file, ref position, out var marker, out var data))
        {
            if (marker == JpegFile.App1 && data.StartsWith(JpegXmpName))
                return XmpPacket.Read(data[JpegXmpName.Length..]);
        }

        return null;
    }

    private static string? ReadWebP(ReadOnlySpan<byte> file)
    {
        var position = WebPFile.Start;
        while (WebPFile.TryReadChunk(file, ref position, out var type, out var data))
        {
            if (type.SequenceEqual("XMP "u8))
                return data.Length > ushort.MaxValue ? null : XmpPacket.Read(data);
        }

        return null;
    }
}
