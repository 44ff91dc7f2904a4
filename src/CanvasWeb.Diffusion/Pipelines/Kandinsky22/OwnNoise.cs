using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>The noise that a given picture comes from: x_T of unCLIP's (z_i, x_T).</summary>
internal static class OwnNoise
{
    /// <param name="picture">Of any size; the middle is taken.</param>
    /// <param name="embedding">The picture's own, <c>[1, embedding]</c>: this decoder hears no words.</param>
    /// <param name="noise">Receives <c>[1, channels, height, width]</c>.</param>
    /// <exception cref="GenerationException">The sampler cannot be run backwards.</exception>
    public static void Find(Kandinsky22Model model, CheckedRequest asked, PixelImage picture, Tensor embedding, Tensor noise, CancellationToken cancellationToken)
    {
        Inversion.Find(model.Scheduler, asked, model.Info, picture, "", noise, Bind, cancellationToken);

        Inversion.Model Bind(TensorScope scope, Tensor sample)
        {
            var pixels = scope.New(1, 3, asked.Height, asked.Width);
            PictureEncoding.ToPixels(picture, pixels);
            PictureEncoding.ToLatents(CheckedRequest.Checked(model.VaeEncoder), model.Manifest, pixels, sample, cancellationToken);
            var unguided = asked.WithoutGuidance();
            return model.BindUNet(scope, unguided, sample.Shape, model.Pair(scope, unguided, default(SeededNoise), embedding, cancellationToken)).Predict;
        }
    }
}
