namespace CanvasWeb.Imaging.Headers;

/// <summary>Tells formats apart by their first bytes.</summary>
internal static class MagicBytes
{
    /// <summary>How far into a text file an <c>&lt;svg</c> is looked for: past a byte order mark, an XML declaration, a doctype and comments.</summary>
    private const int SvgPrefixBytes = 4096;

    /// <summary>The format, or null for bytes that begin no known picture.</summary>
    public static ImageFormat? Recognise(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngFile.Signature))
            return ImageFormat.Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            return ImageFormat.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return ImageFormat.Tiff;
        if (file.StartsWith("BM"u8) && file.Length >= 26)
            return ImageFormat.Bmp;
        if (file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]))
            return ImageFormat.Icon;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ']))
            return ImageFormat.JpegXl;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || file.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ']))
            return ImageFormat.Jpeg2000;
        if (file.StartsWith("8BPS"u8))
            return ImageFormat.Photoshop;
        if (file.StartsWith("%PDF-"u8))
            return ImageFormat.Pdf;
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
            return RecogniseBrand(file.Slice(8, 4));
        return IsSvg(file) ? ImageFormat.Svg : null;
    }

    // ISO base media files name their kind in the brand (ISO/IEC 23008-12 for HEIF, the AVIF specification for avif and avis).
    private static ImageFormat? RecogniseBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            return ImageFormat.Avif;
        return brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8) || brand.SequenceEqual("hevc"u8)
            ? ImageFormat.Heif
            : null;
    }

    private static bool IsSvg(ReadOnlySpan<byte> file)
    {
        var text = file.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? file[3..] : file;
        text = text.TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("<"u8))
            return false;
        text = text[..Math.Min(text.Length, SvgPrefixBytes)];
        return text.IndexOf("<svg"u8) >= 0 || text.IndexOf("<SVG"u8) >= 0 || text.IndexOf(":svg"u8) >= 0;
    }
}
