namespace CanvasWeb.Imaging;

/// <summary>The stable words in <see cref="ImageException.Code"/>. Programs and translations key on them: never rename one.</summary>
public static class ImageErrorCodes
{
    /// <summary>More bytes, pixels, or a longer side than <see cref="ImageLimits"/> allows.</summary>
    public const string TooLarge = "too_large";

    /// <summary>No picture that we know, or one of a kind that is never decoded here (TIFF, PDF, HEIC, ...).</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>SVG is a program for a renderer rather than pixels: refused whatever its size.</summary>
    public const string SvgRefused = "svg_refused";

    /// <summary>More frames than <see cref="ImageLimits.MaxFrames"/>.</summary>
    public const string Animated = "animated";

    /// <summary>The file ends before the picture does.</summary>
    public const string Truncated = "truncated";

    /// <summary>The right magic bytes with contents that no decoder accepts.</summary>
    public const string Broken = "broken_image";

    /// <summary>The picture is fine; libvips could not write it.</summary>
    public const string EncodeFailed = "encode_failed";

    /// <summary>A parameter text that does not fit a metadata block or has characters that XML forbids.</summary>
    public const string BadParameters = "bad_parameters";

    /// <summary>The native library is not there or too old: a matter for whoever installed the program.</summary>
    public const string LibvipsMissing = "libvips_missing";
}
