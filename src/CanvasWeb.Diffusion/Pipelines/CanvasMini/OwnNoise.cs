using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>The noise that a given picture comes from: x_T of unCLIP's (z_i, x_T).</summary>
internal static class OwnNoise
{
    /// <param name="picture">Of any size; the middle is taken.</param>
    /// <param name="words">What the tokens say, for the cache.</param>
    /// <param name="hidden">Tokens of what the picture shows; the last row.</param>
    /// <param name="embedding">The picture's own.</param>
    /// <param name="noise">Receives <c>[1, channels, height, width]</c>.</param>
    /// <exception cref="GenerationException">The sampler cannot be run backwards.</exception>
    public static void Find(CanvasMiniModel model, CheckedRequest asked, PixelImage picture, string words, Tensor hidden, ReadOnlySpan<float> embedding, Tensor noise, CancellationToken cancellationToken)
    {
        var own = embedding.ToArray();
        Inversion.Find(model.Scheduler, asked, model.Info, picture, words, noise, Bind, cancellationToken);

        Inversion.Model Bind(TensorScope scope, Tensor sample)
        {
            var pixels = scope.New(1, 3, asked.Height, asked.Width);
            PictureEncoding.ToPixels(picture, pixels);
            PictureEncoding.ToLatents(CheckedRequest.Checked(model.VaeEncoder), model.Manifest, pixels, sample, cancellationToken);
            var unet = new Denoiser(model, scope, hidden, own, asked.WithoutGuidance(), sample.Shape[2], sample.Shape[3]);
            unet.SetNothingKnown(model);
            return unet.Predict;
        }
    }
}
