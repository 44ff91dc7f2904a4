using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Output;

/// <summary>Pictures to and from files.</summary>
internal static class PictureFiles
{
    public static string LibraryVersion => "";

    /// <summary>The bytes of a file of the kind that the path's extension names; the same pixels and parameters give the same bytes.</summary>
    /// <param name="parameters">JSON to embed; null embeds nothing.</param>
    public static byte[] Encode(PixelImage image, string path, string? parameters) => throw new NotSupportedException();

    public static byte[] EncodePreview(PixelImage preview) => throw new NotSupportedException();

    /// <summary>Writes a whole file or nothing: a stop or a full disk leaves what was there before.</summary>
    /// <exception cref="CommandException">It cannot be written; the message says why.</exception>
    public static void Write(string path, byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure.Writing(path, exception);
        }
    }
}
