namespace CanvasWeb.Imaging;

/// <summary>Kinds of picture files told apart by their first bytes. Only the first three are ever decoded or written.</summary>
public enum ImageFormat
{
    Png,
    Jpeg,
    WebP,

    // Known only so that a refusal can name them.
    Avif,
    Heif,
    Gif,
    Tiff,
    Bmp,
    Icon,
    JpegXl,
    Jpeg2000,
    Photoshop,
    Svg,
    Pdf,
}
