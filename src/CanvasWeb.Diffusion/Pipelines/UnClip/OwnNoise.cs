using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>The noise that a given picture, made small, comes from: x_T of unCLIP's (z_i, x_T).</summary>
internal static class OwnNoise
{
    /// <param name="picture">Of any size; the middle is taken.</param>
    /// <param name="words">What the text says, for the cache.</param>
    /// <param name="text">What the picture is said to show.</param>
    /// <param name="embedding">The picture's own, <c>[1, embedding]</c>.</param>
    /// <param name="noise">Receives <c>[1, 3, side, side]</c> of the small picture.</param>
    /// <exception cref="GenerationException">The sampler cannot be run backwards.</exception>
    public static void Find(UnClipModel model, CheckedRequest asked, PixelImage picture, string words, ClipText text, Tensor embedding, Tensor noise, CancellationToken cancellationToken)
    {
        Inversion.Find(model.DecoderScheduler, asked, model.Info, picture, words, noise, Bind, cancellationToken);

        Inversion.Model Bind(TensorScope scope, Tensor sample)
        {
            PictureEncoding.ToPixels(picture, sample);
            return model.BindDecoder(scope, asked.WithoutGuidance(), sample.Shape, text, embedding, cancellationToken).Predict;
        }
    }
}
