using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

/// <summary>
/// Stands for a latent model at its worst: paints stripes into the hole and returns the whole crop blurred and with a colour shift that
/// changes over the picture, as a VAE round trip does. Remembers what it was asked.
/// </summary>
internal sealed class BlurringPipeline(int nativeSize = 32, int sizeMultiple = 8, bool shift = true) : IImagePipeline
{
    public PipelineInfo Info { get; } = new()
    {
        Name = "fake",
        Family = "fake",
        Tasks = new HashSet<GenerationTask> { GenerationTask.Inpaint },
        NativeSize = nativeSize,
        SizeMultiple = sizeMultiple,
        DefaultSteps = 1,
        DefaultGuidanceScale = 1,
        DefaultScheduler = SchedulerKind.Ddim,
        MaxPromptTokens = 77,
    };

    public List<GenerationRequest> Requests { get; } = [];

    /// <summary>When set, the hole gets this colour and nothing is blurred: to see where pixels come from.</summary>
    public (byte R, byte G, byte B)? Flat { get; init; }

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Requests.Add(request);
        var (width, height) = (request.Width!.Value, request.Height!.Value);
        Assert.Equal(0, width % Info.SizeMultiple);
        Assert.Equal(0, height % Info.SizeMultiple);
        var (image, mask) = (request.Image!, request.Mask!);
        Assert.Equal((width, height, width, height), (image.Width, image.Height, mask.Width, mask.Height));
        var painted = new PixelImage(width, height, (byte[])image.Rgba.Clone());
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var m = mask[x, y];
                var o = painted.Offset(x, y);
                for (var c = 0; c < 3; c++)
                {
                    var content = Flat is { } flat ? (c == 0 ? flat.R : c == 1 ? flat.G : flat.B) : image.Rgba[o + c] + ((x + y + (int)(request.Seed % 5)) % 6 < 3 ? 12 : -12);
                    painted.Rgba[o + c] = (byte)Math.Clamp((m * content) + ((1 - m) * image.Rgba[o + c]), 0, 255);
                }
            }
        }

        var result = Flat is null && shift ? Shifted(painted) : painted;
        return new GenerationResult(result, request, []);
    }

    public void Dispose()
    {
    }

    private static PixelImage Shifted(PixelImage picture)
    {
        var result = new PixelImage(picture.Width, picture.Height);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var sum = 0;
                    for (var dy = -1; dy <= 1; dy++)
                    {
                        for (var dx = -1; dx <= 1; dx++)
                            sum += picture.Rgba[picture.Offset(Math.Clamp(x + dx, 0, picture.Width - 1), Math.Clamp(y + dy, 0, picture.Height - 1)) + c];
                    }

                    var offset = 10 + (c * 4) + (12f * x / picture.Width) - (8f * y / picture.Height);
                    result.Rgba[result.Offset(x, y) + c] = (byte)Math.Clamp((sum / 9f) + offset, 0, 255);
                }

                result.Rgba[result.Offset(x, y) + 3] = 255;
            }
        }

        return result;
    }
}
