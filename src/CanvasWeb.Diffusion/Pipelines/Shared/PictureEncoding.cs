using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Pictures through a VAE or an image encoder, and latents back to pictures.</summary>
internal static class PictureEncoding
{
    /// <summary>
    /// Latents of a picture, scaled as the denoiser works on them. Exports give either the latent or mean and log variance side by side
    /// ("latent_parameters"): then the mean is taken, so that the same picture gives the same latent.
    /// </summary>
    /// <param name="picture"><c>[1, 3, height, width]</c> in −1..1.</param>
    /// <param name="latents">Receives <c>[1, channels, height / factor, width / factor]</c>.</param>
    public static void ToLatents(OnnxModel encoder, ModelManifest manifest, Tensor picture, Tensor latents, CancellationToken cancellationToken)
    {
        var port = encoder.FindOutput("latent_sample", "latent_parameters", "latents") ?? encoder.Outputs.Values.First();
        var channels = latents.Shape[1];
        var hasVariance = port.Name == "latent_parameters" || port.Dimensions[1] == 2 * channels;
        using var output = new Tensor(1, hasVariance ? 2 * channels : channels, latents.Shape[2], latents.Shape[3]);
        encoder.RunOnce(Ports.Single(encoder.Inputs, picture), new Dictionary<string, Tensor>(StringComparer.Ordinal) { [port.Name] = output }, cancellationToken);
        FiniteCheck.Check(output.Span, "vae_encoder");
        var from = output.Span;
        var to = latents.Span;
        for (var i = 0; i < to.Length; i++)
            to[i] = (from[i] - manifest.ShiftFactor) * manifest.ScalingFactor;
    }

    /// <summary>The finished picture.</summary>
    /// <param name="latents">Scaled as the denoiser works on them; left as they are.</param>
    public static PixelImage FromLatents(OnnxModel decoder, ModelManifest manifest, Tensor latents, int width, int height, CancellationToken cancellationToken)
    {
        using var input = new Tensor(latents.Shape);
        using var picture = new Tensor(1, 3, height, width);
        var from = latents.Span;
        var to = input.Span;
        for (var i = 0; i < to.Length; i++)
            to[i] = (from[i] / manifest.ScalingFactor) + manifest.ShiftFactor;
        decoder.RunOnce(Ports.Single(decoder.Inputs, input), new Dictionary<string, Tensor>(StringComparer.Ordinal) { [decoder.FindOutput("sample")?.Name ?? decoder.Outputs.Keys.First()] = picture }, cancellationToken);
        FiniteCheck.Check(picture.Span, "vae_decoder");
        return ImageTensors.Read(picture.Span, width, height);
    }

    /// <summary>The middle of a picture of any size, as much as has the shape of the tensor, resampled to it; transparent pixels are mid grey.</summary>
    /// <param name="pixels">Receives <c>[1, 3, height, width]</c> in −1..1.</param>
    public static void ToPixels(PixelImage image, Tensor pixels)
    {
        var (height, width) = (pixels.Shape[2], pixels.Shape[3]);
        if (image.Width == width && image.Height == height)
        {
            ImageTensors.Write(image, pixels);
            return;
        }

        using var full = new Tensor(1, 3, image.Height, image.Width);
        ImageTensors.Write(image, full);
        var scale = Math.Min((double)image.Width / width, (double)image.Height / height);
        var (cutWidth, cutHeight) = (Math.Min(image.Width, width * scale), Math.Min(image.Height, height * scale));
        Resampler.Resample(full.Span, 3, image.Width, image.Height, ((image.Width - cutWidth) / 2, (image.Height - cutHeight) / 2, cutWidth, cutHeight), pixels.Span, width, height);
    }

    /// <summary>
    /// The CLIP embedding of a picture of any size: the middle square, resampled to the encoder's side (as CLIP does: shortest edge, then
    /// centre crop), normalised per channel.
    /// </summary>
    /// <param name="embedding">Receives <c>[1, size]</c>.</param>
    public static void ToEmbedding(OnnxModel encoder, ModelManifest manifest, PixelImage image, Tensor embedding, CancellationToken cancellationToken)
    {
        var side = manifest.ImageEncoderSize;
        using var full = new Tensor(1, 3, image.Height, image.Width);
        using var pixels = new Tensor(1, 3, side, side);
        ImageTensors.Write(image, full);
        var square = Math.Min(image.Width, image.Height);
        Resampler.Resample(full.Span, 3, image.Width, image.Height, ((image.Width - square) / 2.0, (image.Height - square) / 2.0, square, square), pixels.Span, side, side);
        Embed(encoder, manifest, pixels, embedding, cancellationToken);
    }

    /// <summary>The embedding of a black picture as CLIP sees it after normalising: Kandinsky's "no picture" is all zeros there.</summary>
    public static void ToZeroEmbedding(OnnxModel encoder, ModelManifest manifest, Tensor embedding, CancellationToken cancellationToken)
    {
        using var pixels = new Tensor(1, 3, manifest.ImageEncoderSize, manifest.ImageEncoderSize);
        Run(encoder, pixels, embedding, cancellationToken);
    }

    private static void Embed(OnnxModel encoder, ModelManifest manifest, Tensor pixels, Tensor embedding, CancellationToken cancellationToken)
    {
        var area = pixels.Length / 3;
        for (var c = 0; c < 3; c++)
        {
            foreach (ref var value in pixels.Span.Slice(c * area, area))
                value = ((Math.Clamp(value, -1f, 1f) * 0.5f) + 0.5f - manifest.ImageMean[c]) / manifest.ImageStd[c];
        }

        Run(encoder, pixels, embedding, cancellationToken);
    }

    private static void Run(OnnxModel encoder, Tensor pixels, Tensor embedding, CancellationToken cancellationToken)
    {
        encoder.RunOnce(Ports.Single(encoder.Inputs, pixels), new Dictionary<string, Tensor>(StringComparer.Ordinal) { [encoder.FindOutput("image_embeds")?.Name ?? encoder.Outputs.Keys.First()] = embedding }, cancellationToken);
        FiniteCheck.Check(embedding.Span, "image_encoder");
    }
}
