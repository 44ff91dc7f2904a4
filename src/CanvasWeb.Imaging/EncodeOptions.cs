namespace CanvasWeb.Imaging;

/// <summary>How a picture is written. The same picture and options give the same bytes with the same libvips.</summary>
public sealed record EncodeOptions
{
    /// <summary>PNG, JPEG or WebP.</summary>
    public ImageFormat Format { get; init; } = ImageFormat.Png;

    /// <summary>1 to 100, for JPEG and lossy WebP. From 90 on JPEG keeps colour at full resolution, which red lettering needs.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>WebP without loss, the colours under transparent pixels included.</summary>
    public bool Lossless { get; init; }

    /// <summary>A text such as the generation's settings that <see cref="ImageMetadata.ReadParameters"/> gives back; null for none. At most 32,768 characters.</summary>
    public string? Parameters { get; init; }

    /// <summary>Said in the file's XMP beside the parameters; null says nothing.</summary>
    public PictureOrigin? Origin { get; init; }
}
