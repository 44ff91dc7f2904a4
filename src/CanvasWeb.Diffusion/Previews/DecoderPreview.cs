using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>Previews through a tiny decoder graph: <c>latent_sample</c> to <c>sample</c>.</summary>
internal sealed class DecoderPreview : ILatentPreview
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _latents;
    private readonly Tensor _picture;
    private readonly BoundRun _run;
    private readonly float _factor;

    /// <param name="model">Belongs to the caller.</param>
    /// <param name="scale">Pixels that it makes of one latent pixel, see <see cref="OutputProbe"/>.</param>
    /// <param name="factor">What the denoiser's latents are multiplied with before decoding: 1 / scaling_factor.</param>
    public DecoderPreview(OnnxModel model, int scale, float factor, int channels, int height, int width)
    {
        _factor = factor;
        try
        {
            _latents = _scope.New(1, channels, height, width);
            _picture = _scope.New(1, 3, height * scale, width * scale);
            _run = _scope.Own(model.Bind(Ports.Single(model.Inputs, _latents), Ports.Single(model.Outputs, _picture)));
        }
        catch
        {
            _scope.Dispose();
            throw;
        }
    }

    public PixelImage Decode(ReadOnlySpan<float> latents, CancellationToken cancellationToken)
    {
        Vectors.Scale(_latents.Span, _factor, latents);
        _run.Run(cancellationToken);
        return PreviewSize.ToPicture(_picture.Span, _picture.Shape[3], _picture.Shape[2]);
    }

    public void Dispose() => _scope.Dispose();
}
