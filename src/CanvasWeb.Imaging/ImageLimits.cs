using System.Globalization;

namespace CanvasWeb.Imaging;

/// <summary>What a picture may cost before a decoder is let near it. A picture on a limit passes; one more is refused.</summary>
public sealed record ImageLimits
{
    /// <summary>For uploads: 64 MiB, 100 megapixels, 16,384 pixels a side, still pictures only.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Bytes of the file. 64 MiB holds any 16-bit camera picture and bounds what an upload may keep in memory.</summary>
    public long MaxBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Width times height. 100 megapixels decode to 400 MB of RGBA.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Width and height each. 16,384 is also the longest side that WebP (16,383) and most browsers' canvases can hold.</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Frames of an animation. Decoding always gives the first frame, whatever this allows.</summary>
    public int MaxFrames { get; init; } = 1;

    /// <summary>Refuses a file by its length alone, before its first byte is looked at.</summary>
    /// <exception cref="ImageException"><c>too_large</c>.</exception>
    public void CheckBytes(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new ImageException(
                ImageErrorCodes.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The file has {bytes / 1048576.0:0.0} MiB and at most {MaxBytes / 1048576.0:0.0} MiB are read: make it smaller or save it with stronger compression."));
        }
    }

    /// <summary>Refuses a picture by its header.</summary>
    /// <exception cref="ImageException"><c>svg_refused</c>, <c>animated</c>, <c>unsupported_format</c> or <c>too_large</c>.</exception>
    public void Check(ImageInfo info)
    {
        if (info.Format == ImageFormat.Svg)
            throw new ImageException(ImageErrorCodes.SvgRefused, "SVG pictures are not read, because they can carry scripts and links: export it as PNG and use that.");
        if (info.Frames > MaxFrames)
        {
            throw new ImageException(
                ImageErrorCodes.Animated,
                string.Create(CultureInfo.InvariantCulture, $"The {ImageFormats.DisplayName(info.Format)} file is an animation of {info.Frames} frames and at most {MaxFrames} can be used: save the frame that you want as PNG."));
        }

        if (info.Format is not (ImageFormat.Png or ImageFormat.Jpeg or ImageFormat.WebP))
            throw new ImageException(ImageErrorCodes.UnsupportedFormat, $"{ImageFormats.DisplayName(info.Format)} files are not read: save the picture as PNG, JPEG or WebP.");
        if (info.Width > MaxSide || info.Height > MaxSide)
        {
            throw new ImageException(
                ImageErrorCodes.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The picture is {info.Width} x {info.Height} pixels and at most {MaxSide} a side are read: make it smaller."));
        }

        if ((long)info.Width * info.Height > MaxPixels)
        {
            throw new ImageException(
                ImageErrorCodes.TooLarge,
                string.Create(CultureInfo.InvariantCulture, $"The picture has {(long)info.Width * info.Height / 1e6:0.0} megapixels and at most {MaxPixels / 1e6:0.0} are read: make it smaller."));
        }
    }
}
