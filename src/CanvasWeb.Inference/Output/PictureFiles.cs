using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Output;

/// <summary>Pictures to and from files.</summary>
internal static class PictureFiles
{
    /// <summary>DESIGN's limit for a preview on its way through a socket; kept here too, so that what is looked at is what people get.</summary>
    private const int MaxPreviewBytes = 12_000;

    private const int MaxPreviewSide = 256;

    /// <summary>The bytes of a file of the kind that the path's ending names; the same pixels and parameters give the same bytes.</summary>
    /// <param name="parameters">JSON to embed; null embeds nothing.</param>
    /// <param name="origin">For the XMP; null says nothing.</param>
    public static byte[] Encode(PixelImage image, string path, string? parameters, PictureOrigin? origin = null)
    {
        if (!ImageFormats.TryFromPath(path, out var format))
            throw new ArgumentException($"{path} has no ending of a picture.", nameof(path));
        return ImageEncoder.Encode(image, new EncodeOptions { Format = format, Parameters = parameters, Origin = origin });
    }

    /// <summary>A preview as it goes to a viewer.</summary>
    public static byte[] EncodePreview(PixelImage preview) => ImageEncoder.EncodePreview(preview, MaxPreviewSide, MaxPreviewBytes).Bytes;

    /// <summary>Decodes a picture that the person named.</summary>
    /// <exception cref="CommandException">There is none, or it cannot be used; the message names the file.</exception>
    public static PixelImage Read(string path)
    {
        var bytes = ReadBytes(path);
        try
        {
            return ImageDecoder.Decode(bytes, ImageLimits.Default);
        }
        catch (ImageException exception) when (exception.Code != ImageErrorCodes.LibvipsMissing)
        {
            throw new CommandException(ExitCode.Input, exception.Code, $"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The file as it is, where it is no larger than a picture may be.</summary>
    /// <exception cref="CommandException">As for <see cref="Read"/>.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            ImageLimits.Default.CheckBytes(new FileInfo(path).Length);
            return File.ReadAllBytes(path);
        }
        catch (ImageException exception)
        {
            throw new CommandException(ExitCode.Input, exception.Code, $"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Input, "file_not_found", $"{path}: there is no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Input, "cannot_read", $"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Writes a preview on the generating thread: beside its place, then renamed, so that who watches the folder never reads a part. Not
    /// through <see cref="AtomicFile"/>: flushing to the disk after every step would take longer than the step, and a preview need not
    /// outlive a power cut.
    /// </summary>
    /// <exception cref="FileSaveException">It cannot be written; the message says why.</exception>
    public static void WritePreview(string path, PixelImage preview)
    {
        var bytes = EncodePreview(preview);
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileName(path)}.{Path.GetRandomFileName()[..8]}.tmp");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw AtomicFile.Explain(path, exception);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is said is why writing failed; that the rest of it lies there still is the lesser evil.
        }
    }
}
