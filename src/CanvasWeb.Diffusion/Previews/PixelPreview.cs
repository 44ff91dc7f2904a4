using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>For models that denoise pixels: the first three channels are the picture.</summary>
internal sealed class PixelPreview(int height, int width) : ILatentPreview
{
    public PixelImage Decode(ReadOnlySpan<float> latents, CancellationToken cancellationToken) => PreviewSize.ToPicture(latents[..(3 * height * width)], width, height);

    public void Dispose()
    {
    }
}
