using System.Globalization;
using CanvasWeb.Imaging.Headers;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging;

/// <summary>
/// Pixels to files. Nothing but the pixels, <see cref="EncodeOptions.Parameters"/> and <see cref="EncodeOptions.Origin"/> is written: no dates, no colour profile (the
/// pixels are sRGB, which is what a file without a profile means), no name of the machine. Safe for several threads.
/// </summary>
public static class ImageEncoder
{
    /// <summary>Level of zlib: 6 is its own default; 9 takes several times as long for about a percent.</summary>
    private const int PngCompression = 6;

    /// <summary>Effort of WebP, 0 to 6: 4 is libwebp's default. Previews are made many times a second and take 2.</summary>
    private const int WebPEffort = 4;
    private const int PreviewEffort = 2;

    /// <summary>WebP stores 14 bits a side (RFC 9649), JPEG 16 (T.81).</summary>
    private const int WebPMaxSide = 16383;
    private const int JpegMaxSide = 65500;

    /// <summary>A preview is never made smaller than this a side to meet its byte limit.</summary>
    private const int SmallestPreviewSide = 8;

    /// <summary>Qualities that a preview tries in turn. Below 20 blocks show more than a smaller picture would.</summary>
    private static ReadOnlySpan<int> PreviewQualities => [95, 80, 65, 50, 35, 20];

    /// <summary>Writes a picture. Fully opaque ones are stored without alpha; JPEG shows transparent ones on white.</summary>
    /// <exception cref="ImageException"><c>bad_parameters</c>; <c>too_large</c> for a side that the format cannot hold; <c>encode_failed</c>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A quality outside 1 to 100 or a format that is never written.</exception>
    public static byte[] Encode(PixelImage image, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        var xmp = XmpPacket.WriteOrNull(options.Parameters, options.Origin);
        if (options.Format != ImageFormat.Png)
            return Save(image, options.Format, options.Quality, options.Lossless, WebPEffort, xmp);

        // libvips claims 25.4 dots an inch for pixels that have no size, and writes XMP as Latin-1, which breaks other alphabets.
        var file = PngText.Without(Save(image, options.Format, options.Quality, options.Lossless, WebPEffort, xmp: null), "pHYs"u8);
        if (xmp is not null)
            file = PngText.InsertXmp(file, xmp);
        return options.Parameters is null ? file : PngText.Insert(file, ImageMetadata.ParametersKeyword, options.Parameters);
    }

    /// <summary>
    /// A small picture for looking at while something runs: at most <paramref name="maxSide"/> pixels a side (never enlarged) and at most
    /// <paramref name="maxBytes"/> bytes. Quality is stepped down from 95 to 20 first, then the side is halved.
    /// </summary>
    /// <param name="format">WebP or JPEG.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit below 1, or another format.</exception>
    /// <exception cref="ImageException"><c>encode_failed</c>: not even 8 pixels a side fit the bytes.</exception>
    public static EncodedImage EncodePreview(PixelImage image, int maxSide, int maxBytes, ImageFormat format = ImageFormat.WebP)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        if (format is not (ImageFormat.WebP or ImageFormat.Jpeg))
            throw new ArgumentOutOfRangeException(nameof(format), format, "A preview is WebP or JPEG.");
        for (var side = maxSide; ; side = Math.Max(side, SmallestPreviewSide * 2) / 2)
        {
            var small = ImageResizer.Fit(image, side);
            foreach (var quality in PreviewQualities)
            {
                var bytes = Save(small, format, quality, lossless: false, PreviewEffort, xmp: null);
                if (bytes.Length <= maxBytes)
                    return new EncodedImage(format, bytes, small.Width, small.Height, quality);
            }

            if (side <= SmallestPreviewSide)
                throw new ImageException(ImageErrorCodes.EncodeFailed, string.Create(CultureInfo.InvariantCulture, $"No preview fits {maxBytes} bytes: allow more."));
        }
    }

    private static byte[] Save(PixelImage image, ImageFormat format, int quality, bool lossless, int webPEffort, byte[]? xmp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        CheckSide(image, format);
        var opaque = PremultipliedAlpha.IsOpaque(image.Rgba);
        var bands = opaque || format == ImageFormat.Jpeg ? 3 : 4;
        var pixels = bands == 4 ? image.Rgba : FlattenOnWhite(image.Rgba);
        VipsRuntime.EnsureStarted();
        unsafe
        {
            fixed (byte* memory = pixels)
            {
                using var raw = new GObjectHandle(NativeMethods.VipsImageNewFromMemory(memory, (nuint)pixels.Length, image.Width, image.Height, bands, VipsEnums.FormatUchar));
                if (raw.IsInvalid)
                    throw Failed(format);

                // Plain memory has no meaning to libvips yet; the copy (of the header, not of the pixels) says that it is sRGB.
                using var copy = new VipsOperation("copy").Set("in", raw).SetEnum("interpretation", "VipsInterpretation", VipsEnums.InterpretationSrgb);
                if (!copy.TryBuild())
                    throw Failed(format);
                using var srgb = copy.GetImage("out");
                if (xmp is not null)
                {
                    fixed (byte* packet = xmp)
                        NativeMethods.VipsImageSetBlobCopy(srgb, "xmp-data", packet, (nuint)xmp.Length);
                }

                using var save = SaverOf(format, quality, lossless, webPEffort)
                    .Set("in", srgb)
                    .SetFlags("keep", "VipsForeignKeep", VipsEnums.KeepXmp);
                return save.TryBuild() ? save.GetBytes("buffer") : throw Failed(format);
            }
        }
    }

    private static VipsOperation SaverOf(ImageFormat format, int quality, bool lossless, int webPEffort) => format switch
    {
        ImageFormat.Png => new VipsOperation("pngsave_buffer")
            .Set("compression", PngCompression)
            .SetFlags("filter", "VipsForeignPngFilter", VipsEnums.PngFilterAll),
        ImageFormat.Jpeg => new VipsOperation("jpegsave_buffer")
            .Set("Q", quality)
            .Set("optimize-coding", flag: true)
            .SetEnum("subsample-mode", "VipsForeignSubsample", VipsEnums.SubsampleAuto),
        ImageFormat.WebP => new VipsOperation("webpsave_buffer")
            .Set("Q", quality)
            .Set("lossless", lossless)
            .Set("exact", lossless)
            .Set("effort", webPEffort),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only PNG, JPEG and WebP are written."),
    };

    private static void CheckSide(PixelImage image, ImageFormat format)
    {
        var max = format switch
        {
            ImageFormat.WebP => WebPMaxSide,
            ImageFormat.Jpeg => JpegMaxSide,
            _ => int.MaxValue,
        };
        if (image.Width > max || image.Height > max)
        {
            throw new ImageException(
                ImageErrorCodes.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"{ImageFormats.DisplayName(format)} holds at most {max} pixels a side and the picture is {image.Width} x {image.Height}: write a PNG."));
        }
    }

    /// <summary>RGBA to RGB; what is transparent shows white, as on paper.</summary>
    private static byte[] FlattenOnWhite(ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            var alpha = rgba[from + 3];
            var white = (255 - alpha) * 255;
            rgb[to] = (byte)(((rgba[from] * alpha) + white + 127) / 255);
            rgb[to + 1] = (byte)(((rgba[from + 1] * alpha) + white + 127) / 255);
            rgb[to + 2] = (byte)(((rgba[from + 2] * alpha) + white + 127) / 255);
        }

        return rgb;
    }

    private static ImageException Failed(ImageFormat format) => new(
        ImageErrorCodes.EncodeFailed,
        $"The picture could not be written as {ImageFormats.DisplayName(format)}: try another format or a smaller picture.",
        VipsRuntime.TakeErrors());
}
