namespace CanvasWeb.Web.Generation.Workers;

/// <summary>What a worker's small picture is, by what the bytes are and never by what somebody says: they go to browsers.</summary>
internal static class PictureBytes
{
    /// <summary>Null for anything but a WebP or a JPEG.</summary>
    public static string? MimeOf(ReadOnlySpan<byte> picture)
    {
        if (picture.Length > 12 && picture[..4].SequenceEqual("RIFF"u8) && picture[8..12].SequenceEqual("WEBP"u8))
            return "image/webp";
        return picture.Length > 3 && picture[0] == 0xFF && picture[1] == 0xD8 && picture[2] == 0xFF ? "image/jpeg" : null;
    }
}
