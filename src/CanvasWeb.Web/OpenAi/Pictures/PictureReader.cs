using CanvasWeb.Imaging;
using CanvasWeb.Web.OpenAi.Requests;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi.Pictures;

/// <summary>A stranger's file becomes pixels, within the same limits as an upload. The caller holds a share of the <c>PixelBudget</c>.</summary>
internal sealed class PictureReader(IOptions<TileOptions> options)
{
    private ImageLimits Limits => new() { MaxBytes = options.Value.MaxUploadBytes, MaxPixels = options.Value.MaxUploadPixels, MaxSide = options.Value.MaxUploadSide };

    /// <summary>The header alone: what decoding will cost.</summary>
    /// <exception cref="ImageException">Not a picture, or past the limits.</exception>
    public ImageInfo Identify(ApiFile file)
    {
        using var stream = file.Open();
        var info = ImageIdentifier.Identify(stream, Limits);
        Limits.Check(info);
        return info;
    }

    /// <exception cref="ImageException">Not a picture, or past the limits.</exception>
    public async Task<PixelImage> DecodeAsync(ApiFile file, CancellationToken cancellationToken)
    {
        await using var stream = file.Open();
        return ImageDecoder.Decode(await ImageIdentifier.ReadBoundedAsync(stream, Limits, cancellationToken), Limits);
    }
}
