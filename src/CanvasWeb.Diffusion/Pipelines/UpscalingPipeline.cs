using System.Diagnostics;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>Any pipeline whose folder also has an upscaler: a convolutional pass after the picture is done, for requests that ask for it, or over a given picture.</summary>
internal sealed class UpscalingPipeline : IImagePipeline
{
    private readonly IImagePipeline _inner;
    private readonly OnnxModel _upscaler;
    private readonly PipelineLimits _limits;

    /// <summary>Owns both from here on. When it throws, the upscaler is freed and the pipeline still the caller's.</summary>
    public UpscalingPipeline(IImagePipeline inner, OnnxModel upscaler, PipelineLimits limits)
    {
        _inner = inner;
        _upscaler = upscaler;
        _limits = limits;
        try
        {
            Info = inner.Info with { UpscaleFactor = OutputProbe.Scale(upscaler, 3) };
        }
        catch
        {
            upscaler.Dispose();
            throw;
        }
    }

    public PipelineInfo Info { get; }

    public PictureEmbedder? Embedder => _inner.Embedder;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Task == GenerationTask.Upscale)
            return Enlarge(request, observer, cancellationToken);
        var result = _inner.Generate(request with { Upscale = false }, observer, cancellationToken);
        if (!request.Upscale)
            return result;
        var began = Stopwatch.GetTimestamp();
        var (width, height) = (result.Image.Width, result.Image.Height);
        using var small = new Tensor(1, 3, height, width);
        using var large = new Tensor(1, 3, height * Info.UpscaleFactor, width * Info.UpscaleFactor);
        ImageTensors.Write(result.Image, small);
        _upscaler.RunOnce(Ports.Single(_upscaler.Inputs, small), Ports.Single(_upscaler.Outputs, large), cancellationToken);
        FiniteCheck.Check(large.Span, "upscaler");
        return new GenerationResult(
            ImageTensors.Read(large.Span, large.Shape[3], large.Shape[2]),
            result.Request with { Upscale = true },
            [.. result.Timings, new StageTiming("upscale", Stopwatch.GetElapsedTime(began))]);
    }

    private GenerationResult Enlarge(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        // 1. Check inputs
        if (request.Image is not { } picture)
            throw new GenerationException("image_missing", "There is no picture to enlarge.");
        if ((long)picture.Width * picture.Height > _limits.MaxUpscalePixels)
        {
            throw new GenerationException(
                "upscale_too_large",
                FormattableString.Invariant($"The picture has {picture.Width} x {picture.Height} pixels: at most {_limits.MaxUpscalePixels} in all are enlarged, and it becomes {Info.UpscaleFactor} times as wide and high."));
        }

        // 2. Enlarge, in tiles
        var began = Stopwatch.GetTimestamp();
        var image = TiledUpscaling.Run(_upscaler, Info.UpscaleFactor, picture, observer, cancellationToken);
        return new GenerationResult(image, request with { Width = picture.Width, Height = picture.Height }, [new StageTiming("upscale", Stopwatch.GetElapsedTime(began))]);
    }

    public void Dispose()
    {
        _upscaler.Dispose();
        _inner.Dispose();
    }
}
