namespace CanvasWeb.Imaging;

/// <summary>File endings and media types of the formats that are written here.</summary>
public static class ImageFormats
{
    /// <summary>"image/png" and so on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format is never written.</exception>
    public static string MediaType(ImageFormat format) => format switch
    {
        ImageFormat.Png => "image/png",
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.WebP => "image/webp",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only PNG, JPEG and WebP are written."),
    };

    /// <summary>The usual ending with its dot: ".png", ".jpg", ".webp".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format is never written.</exception>
    public static string Extension(ImageFormat format) => format switch
    {
        ImageFormat.Png => ".png",
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.WebP => ".webp",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only PNG, JPEG and WebP are written."),
    };

    /// <summary>The format that a path's ending asks for; false when it is none of .png, .jpg, .jpeg, .webp.</summary>
    public static bool TryFromPath(string path, out ImageFormat format)
    {
        var extension = Path.GetExtension(path);
        format = ImageFormat.Png;
        if (string.Equals(extension, ".png", StringComparison.OrdinalIgnoreCase))
            return true;
        if (string.Equals(extension, ".webp", StringComparison.OrdinalIgnoreCase))
        {
            format = ImageFormat.WebP;
            return true;
        }

        if (!string.Equals(extension, ".jpg", StringComparison.OrdinalIgnoreCase) && !string.Equals(extension, ".jpeg", StringComparison.OrdinalIgnoreCase))
            return false;
        format = ImageFormat.Jpeg;
        return true;
    }

    /// <summary>A name for people: "WebP", "JPEG", "an icon file".</summary>
    internal static string DisplayName(ImageFormat format) => format switch
    {
        ImageFormat.Png => "PNG",
        ImageFormat.Jpeg => "JPEG",
        ImageFormat.WebP => "WebP",
        ImageFormat.Avif => "AVIF",
        ImageFormat.Heif => "HEIC/HEIF",
        ImageFormat.Gif => "GIF",
        ImageFormat.Tiff => "TIFF",
        ImageFormat.Bmp => "BMP",
        ImageFormat.Icon => "icon (ICO)",
        ImageFormat.JpegXl => "JPEG XL",
        ImageFormat.Jpeg2000 => "JPEG 2000",
        ImageFormat.Photoshop => "Photoshop",
        ImageFormat.Svg => "SVG",
        ImageFormat.Pdf => "PDF",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
