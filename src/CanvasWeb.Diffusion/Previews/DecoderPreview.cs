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
    private readonly float _shift;
    private readonly int _shrink;
    private readonly int _sourceWidth;

    /// <param name="model">Belongs to the caller.</param>
    /// <param name="scale">Pixels that it makes of one latent pixel, see <see cref="OutputProbe"/>.</param>
    /// <param name="factor">What the denoiser's latents are multiplied with before decoding: 1 / scaling_factor.</param>
    /// <param name="shift">What is added after that: shift_factor.</param>
    /// <param name="shrink">Means over blocks of so many latent pixels are decoded: for a full decoder, which costs too much at full size.</param>
    public DecoderPreview(OnnxModel model, int scale, float factor, float shift, int channels, int height, int width, int shrink = 1)
    {
        _factor = factor;
        _shift = shift;
        _shrink = shrink;
        _sourceWidth = width;
        (height, width) = (Math.Max(1, height / shrink), Math.Max(1, width / shrink));
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
        if (_shrink == 1)
            VectorMath.Scale(_latents.Span, _factor, latents);
        else
            Shrink(latents);
        if (_shift != 0f)
        {
            foreach (ref var value in _latents.Span)
                value += _shift;
        }

        _run.Run(cancellationToken);
        return PreviewSize.ToPicture(_picture.Span, _picture.Shape[3], _picture.Shape[2]);
    }

    public void Dispose() => _scope.Dispose();

    private void Shrink(ReadOnlySpan<float> latents)
    {
        var (channels, height, width) = (_latents.Shape[1], _latents.Shape[2], _latents.Shape[3]);
        var plane = latents.Length / channels;
        var to = _latents.Span;
        for (var i = 0; i < to.Length; i++)
        {
            var (channel, y, x) = (i / (height * width), i / width % height, i % width);
            var sum = 0f;
            for (var v = 0; v < _shrink; v++)
            {
                foreach (var value in latents.Slice((channel * plane) + (((y * _shrink) + v) * _sourceWidth) + (x * _shrink), _shrink))
                    sum += value;
            }

            to[i] = sum * _factor / (_shrink * _shrink);
        }
    }
}
