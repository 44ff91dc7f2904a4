using CanvasWeb.Imaging.Headers;

namespace CanvasWeb.Imaging;

/// <summary>
/// Tells what a file is from its first bytes and what its header claims. Managed code over spans only: it cannot run native code, and
/// it allocates nothing that grows with what a header says.
/// </summary>
public static class ImageIdentifier
{
    /// <param name="file">The whole file; a WebP, GIF or APNG that is cut off counts the frames that are there or claimed.</param>
    /// <exception cref="ImageException"><c>unsupported_format</c>: no known magic bytes. <c>truncated</c> or <c>broken_image</c>: the header
    /// itself is cut off or says something impossible.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            throw new ImageException(ImageErrorCodes.Truncated, "The file is empty: choose another one.");
        var format = MagicBytes.Recognise(file)
            ?? throw new ImageException(ImageErrorCodes.UnsupportedFormat, "The file is not a picture that can be read: use PNG, JPEG or WebP.");
        return format switch
        {
            ImageFormat.Png => PngFile.ReadInfo(file),
            ImageFormat.Jpeg => JpegFile.ReadInfo(file),
            ImageFormat.WebP => WebPFile.ReadInfo(file),
            ImageFormat.Gif => GifFile.ReadInfo(file),
            _ => new ImageInfo(format, 0, 0, 1, HasAlpha: false),
        };
    }

    /// <summary>Whether the pixels of a PNG or WebP were written without loss, so that they deserve to be kept so. False for anything else.</summary>
    public static bool IsLossless(ReadOnlySpan<byte> file) => MagicBytes.Recognise(file) switch
    {
        ImageFormat.Png => true,
        ImageFormat.WebP => WebPFile.HasLosslessPixels(file),
        _ => false,
    };

    /// <summary>Whether a file is a WebP of lossless pixels and nothing else: no metadata, no profile, not a byte behind the end.</summary>
    public static bool IsBareLosslessWebP(ReadOnlySpan<byte> file) => MagicBytes.Recognise(file) == ImageFormat.WebP && WebPFile.IsBareLossless(file);

    /// <summary>Reads a stream to its end, at most <see cref="ImageLimits.MaxBytes"/>, and tells what it is. The stream stays open and is used up.</summary>
    /// <exception cref="ImageException">As the other overload, and <c>too_large</c> as soon as one byte too many arrives.</exception>
    public static ImageInfo Identify(Stream stream, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        using var collected = new MemoryStream();
        var block = new byte[81920];
        int read;
        while ((read = stream.Read(block)) > 0)
        {
            limits.CheckBytes(collected.Length + read);
            collected.Write(block, 0, read);
        }

        return Identify(collected.GetBuffer().AsSpan(0, (int)collected.Length));
    }

    /// <summary>Reads an upload into memory and refuses it at the first byte past <see cref="ImageLimits.MaxBytes"/>, whatever length its sender claimed.</summary>
    /// <exception cref="ImageException"><c>too_large</c>.</exception>
    public static async Task<byte[]> ReadBoundedAsync(Stream stream, ImageLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        using var collected = new MemoryStream();
        var block = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            limits.CheckBytes(collected.Length + read);
            collected.Write(block, 0, read);
        }

        return collected.ToArray();
    }
}
