using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>Shows an unfinished picture, for latents of one size. Owns its buffers.</summary>
internal interface ILatentPreview : IDisposable
{
    /// <summary>A new picture of at most <see cref="PreviewSize.MaxSide"/> a side; nothing of it refers to the latents.</summary>
    /// <param name="latents">The estimate of the clean latents, scaled as the denoiser works on them, <c>[channels * height * width]</c>.</param>
    PixelImage Decode(ReadOnlySpan<float> latents, CancellationToken cancellationToken);
}
