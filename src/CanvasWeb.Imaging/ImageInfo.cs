namespace CanvasWeb.Imaging;

/// <summary>What the header of a file says, read without decoding a pixel. It is the file's claim, not yet checked against its contents.</summary>
/// <param name="Format">From the magic bytes; a file's name is never asked.</param>
/// <param name="Width">Pixels a row as stored, before any EXIF rotation; 0 for formats that are only named to be refused.</param>
/// <param name="Height">Rows as stored, before any EXIF rotation; 0 like <paramref name="Width"/>.</param>
/// <param name="Frames">1 for a still picture; for GIF, WebP and APNG the frames found or claimed, whichever is more.</param>
/// <param name="HasAlpha">Whether the file has an alpha channel or a transparent colour.</param>
public readonly record struct ImageInfo(ImageFormat Format, int Width, int Height, int Frames, bool HasAlpha);
