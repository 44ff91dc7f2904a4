using CanvasWeb.Imaging.Headers;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging;

/// <summary>
/// Files to pixels: limits first, then the one decoder that the magic bytes name, then upright 8-bit sRGB with alpha. Metadata stays
/// behind in the file. Safe for several threads.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Progressive files in the wild have ten or so scans; a hundred is more than any encoder's script.</summary>
    private const int MaxJpegScans = 100;

    /// <summary>Enough rows at once that the way into libvips costs nothing, few enough that they cost no memory.</summary>
    private const int StripBytes = 1 << 21;

    /// <summary>Decodes PNG, JPEG or WebP. An animation that <paramref name="limits"/> lets in gives its first frame.</summary>
    /// <param name="file">The whole file; only read during the call.</param>
    /// <exception cref="ImageException">Any code of <see cref="ImageErrorCodes"/> but <c>encode_failed</c> and <c>bad_parameters</c>.</exception>
    public static PixelImage Decode(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);

        // 1. What the file claims to be, and whether that is welcome: managed code only.
        limits.CheckBytes(file.Length);
        var info = ImageIdentifier.Identify(file);
        limits.Check(info);
        if (!IsComplete(file, info.Format))
            throw new ImageException(ImageErrorCodes.Truncated, $"The {ImageFormats.DisplayName(info.Format)} file ends before the picture does: fetch or save it again.");

        if (info.Format == ImageFormat.Jpeg && JpegFile.CountScans(file) > MaxJpegScans)
            throw new ImageException(ImageErrorCodes.Broken, "The JPEG file is built to be slow (hundreds of scans): save it again as an ordinary JPEG.");

        unsafe
        {
            fixed (byte* bytes = file)
            {
                // 2. The decoder's own view of the header. Sequential access: random access would decode large pictures to a temporary file.
                using var load = new VipsOperation(LoaderOf(info.Format))
                    .SetBlob("buffer", bytes, file.Length)
                    .SetEnum("access", "VipsAccess", VipsEnums.AccessSequential)
                    .SetEnum("fail-on", "VipsFailOn", VipsEnums.FailOnError);
                if (!load.TryBuild())
                    throw Broken(info.Format);
                using var stored = load.GetImage("out");

                // Two readers of one header must agree, or the limits were checked on a picture that is not the one decoded.
                if (NativeMethods.VipsImageGetWidth(stored) != info.Width || NativeMethods.VipsImageGetHeight(stored) != info.Height)
                    throw Broken(info.Format);
                var orientation = NativeMethods.VipsImageGetOrientation(stored);

                // 3. Colours, still lazily; 4. pixels, here the decoder runs; 5. upright.
                using var srgb = ToSrgb(stored, info.Format);
                return Orientation.Apply(ReadPixels(srgb, info), orientation);
            }
        }
    }

    private static string LoaderOf(ImageFormat format) => format switch
    {
        ImageFormat.Png => "pngload_buffer",
        ImageFormat.Jpeg => "jpegload_buffer",
        ImageFormat.WebP => "webpload_buffer",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool IsComplete(ReadOnlySpan<byte> file, ImageFormat format) => format switch
    {
        ImageFormat.Png => PngFile.IsComplete(file),
        ImageFormat.Jpeg => JpegFile.IsComplete(file),
        ImageFormat.WebP => WebPFile.IsComplete(file),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>8-bit sRGB or grey, with or without alpha.</summary>
    private static GObjectHandle ToSrgb(GObjectHandle image, ImageFormat format)
    {
        if (NativeMethods.VipsImageGetTypeof(image, "icc-profile-data") != 0)
        {
            // Relative colorimetric with black point compensation is what photo software uses between two displays' spaces. A profile
            // that fits the pixels badly or is damaged is not the picture's end: its colours are then taken as they are.
            using var transform = new VipsOperation("icc_transform")
                .Set("in", image)
                .Set("output-profile", "srgb")
                .Set("embedded", flag: true)
                .SetEnum("intent", "VipsIntent", VipsEnums.IntentRelative)
                .Set("black-point-compensation", flag: true)
                .Set("depth", 8);
            if (transform.TryBuild())
                return transform.GetImage("out");
            _ = VipsRuntime.TakeErrors();
        }

        // 16 bits, CMYK and whatever else a file can hold. 8-bit sRGB and grey pass through it unchanged.
        using var colourspace = new VipsOperation("colourspace")
            .Set("in", image)
            .SetEnum("space", "VipsInterpretation", VipsEnums.InterpretationSrgb);
        return colourspace.TryBuild() ? colourspace.GetImage("out") : throw Broken(format);
    }

    private static unsafe PixelImage ReadPixels(GObjectHandle image, ImageInfo info)
    {
        var bands = NativeMethods.VipsImageGetBands(image);
        if (NativeMethods.VipsImageGetFormat(image) != VipsEnums.FormatUchar || bands is < 1 or > 4)
            throw Broken(info.Format);

        // In strips, so that the pixels are in memory once and not twice. Sequential decoders give rows from the top, as they are asked for here.
        using var region = new GObjectHandle(NativeMethods.VipsRegionNew(image));
        if (region.IsInvalid)
            throw Broken(info.Format);
        var result = new PixelImage(info.Width, info.Height);
        var stripRows = Math.Clamp(StripBytes / (info.Width * bands), 1, info.Height);
        for (var top = 0; top < info.Height; top += stripRows)
        {
            var rows = Math.Min(stripRows, info.Height - top);
            var memory = NativeMethods.VipsRegionFetch(region, 0, top, info.Width, rows, out var length);
            if (memory == IntPtr.Zero)
                throw Broken(info.Format);
            try
            {
                if ((long)length != (long)info.Width * rows * bands)
                    throw Broken(info.Format);
                ExpandToRgba(new ReadOnlySpan<byte>((void*)memory, (int)length), bands, result.Rgba.AsSpan(result.Offset(0, top), info.Width * rows * 4));
            }
            finally
            {
                NativeMethods.GFree(memory);
            }
        }

        return result;
    }

    private static void ExpandToRgba(ReadOnlySpan<byte> source, int bands, Span<byte> rgba)
    {
        if (bands == 4)
        {
            source.CopyTo(rgba);
            return;
        }

        for (int from = 0, to = 0; to < rgba.Length; from += bands, to += 4)
        {
            var colours = bands >= 3;
            rgba[to] = source[from];
            rgba[to + 1] = source[colours ? from + 1 : from];
            rgba[to + 2] = source[colours ? from + 2 : from];
            rgba[to + 3] = bands == 2 ? source[from + 1] : byte.MaxValue;
        }
    }

    private static ImageException Broken(ImageFormat format) => new(
        ImageErrorCodes.Broken,
        $"The {ImageFormats.DisplayName(format)} file is damaged and cannot be decoded: fetch or save it again.",
        VipsRuntime.TakeErrors());
}
