using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>
/// The linear map from four latent channels to RGB, one picture pixel a latent pixel: rough, but free. Works on latents scaled as the
/// denoiser has them.
/// </summary>
internal sealed class LinearPreview : ILatentPreview
{
    /// <summary>
    /// Stable Diffusion 1 and 2, rows are channels, columns R, G, B in −1..1: measured on SD 1.4 by Keturn, "Decoding latents to RGB
    /// without upscaling", Hugging Face forum, thread 23204 (2022).
    /// </summary>
    private static readonly float[] StableDiffusionFactors =
    [
        0.298f, 0.207f, 0.208f,
        0.187f, 0.286f, 0.173f,
        -0.158f, 0.189f, 0.264f,
        -0.184f, -0.271f, -0.473f,
    ];

    /// <summary>SDXL in 0..255: T. A. Vass, "Explaining the SDXL latent space", Hugging Face blog (2024).</summary>
    private static readonly float[] StableDiffusionXLFactors =
    [
        60f, 60f, 60f,
        -60f, -5f, 10f,
        25f, 15f, -5f,
        -70f, -50f, -35f,
    ];

    private static readonly float[] StableDiffusionXLBias = [150f, 140f, 130f];

    private readonly TensorScope _scope = new();
    private readonly Tensor _planes;
    private readonly float[] _factors;
    private readonly float[] _bias;

    private LinearPreview(float[] factors, float[] bias, int height, int width)
    {
        _factors = factors;
        _bias = bias;
        _planes = _scope.New(3, height, width);
    }

    public static LinearPreview ForStableDiffusion(int height, int width) => new(StableDiffusionFactors, [0f, 0f, 0f], height, width);

    public static LinearPreview ForStableDiffusionXL(int height, int width) =>
        new(Array.ConvertAll(StableDiffusionXLFactors, factor => factor / 127.5f), Array.ConvertAll(StableDiffusionXLBias, bias => (bias / 127.5f) - 1f), height, width);

    public PixelImage Decode(ReadOnlySpan<float> latents, CancellationToken cancellationToken)
    {
        var area = _planes.Length / 3;
        for (var colour = 0; colour < 3; colour++)
        {
            var plane = _planes.Row(colour);
            plane.Fill(_bias[colour]);
            for (var channel = 0; channel < 4; channel++)
                VectorMath.Add(plane, _factors[(channel * 3) + colour], latents.Slice(channel * area, area));
        }

        return PreviewSize.ToPicture(_planes.Span, _planes.Shape[2], _planes.Shape[1]);
    }

    public void Dispose() => _scope.Dispose();
}
