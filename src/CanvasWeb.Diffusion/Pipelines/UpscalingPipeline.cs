using System.Diagnostics;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Previews;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>Any pipeline whose folder also has an upscaler: one convolutional pass after the picture is done, for requests that ask for it.</summary>
internal sealed class UpscalingPipeline : IImagePipeline
{
    private readonly IImagePipeline _inner;
    private readonly OnnxModel _upscaler;

    /// <summary>Owns both from here on. When it throws, the upscaler is freed and the pipeline still the caller's.</summary>
    public UpscalingPipeline(IImagePipeline inner, OnnxModel upscaler)
    {
        _inner = inner;
        _upscaler = upscaler;
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

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
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

    public void Dispose()
    {
        _upscaler.Dispose();
        _inner.Dispose();
    }
}
