using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.CanvasMini;
using CanvasWeb.Diffusion.Pipelines.Kandinsky22;
using CanvasWeb.Diffusion.Pipelines.StableDiffusion;
using CanvasWeb.Diffusion.Pipelines.StableDiffusionXL;
using CanvasWeb.Diffusion.Pipelines.UnClip;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>Loads the pipeline that a model folder asks for. The manifest decides; names of folders and files do not.</summary>
public static class PipelineFactory
{
    /// <summary>Loads every part of the model; the caller disposes the pipeline, which frees them.</summary>
    /// <param name="manifest">From <see cref="ModelFolder"/>.</param>
    /// <param name="options">For every graph of the model. Where one of them cannot be loaded on CUDA, all are loaded on the CPU, and <see cref="OnnxModelOptions.Log"/> hears why.</param>
    /// <param name="limits">What a request may cost; null takes the usual limits.</param>
    /// <param name="cancellationToken">Looked at before and after each graph.</param>
    /// <exception cref="ModelFormatException">A file is broken or does not hold what the pipeline needs; names the file and the reason.</exception>
    /// <exception cref="OnnxModelException">A graph cannot be run; names the ports.</exception>
    /// <exception cref="CudaUnavailableException">CUDA cannot be used, and <see cref="OnnxModelOptions.FallBackToCpu"/> is off.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing stays loaded.</exception>
    public static IImagePipeline Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits? limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        limits ??= new PipelineLimits();
        if (!OnnxModel.TriesCuda(options))
            return LoadOn(manifest, options with { Provider = ExecutionProvider.Cpu }, limits, cancellationToken);
        try
        {
            return LoadOn(manifest, options with { FallBackToCpu = false }, limits, cancellationToken);
        }
        catch (CudaUnavailableException exception) when (options.FallBackToCpu)
        {
            // The graphs that had been loaded are freed by now: half a model on the card would copy at every step and report one device.
            options.Log?.Invoke(exception.Message);
            return LoadOn(manifest, options with { Provider = ExecutionProvider.Cpu }, limits, cancellationToken);
        }
    }

    private static IImagePipeline LoadOn(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken)
    {
        var pipeline = Create(manifest, options, limits, cancellationToken);
        if (!manifest.Has("upscaler"))
            return pipeline;
        try
        {
            return new UpscalingPipeline(pipeline, manifest.Load("upscaler", options, cancellationToken), limits);
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }

    private static IImagePipeline Create(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits, CancellationToken cancellationToken) =>
        manifest.Family switch
        {
            ModelFamily.CanvasMini => new CanvasMiniPipeline(CanvasMiniModel.Load(manifest, options, limits, cancellationToken)),
            ModelFamily.StableDiffusion => new StableDiffusionPipeline(StableDiffusionModel.Load(manifest, options, limits, cancellationToken)),
            ModelFamily.StableDiffusionXl => new StableDiffusionXLPipeline(StableDiffusionXLModel.Load(manifest, options, limits, cancellationToken)),
            ModelFamily.UnClip => new UnClipPipeline(UnClipModel.Load(manifest, options, limits, cancellationToken)),
            ModelFamily.Kandinsky22 => new Kandinsky22Pipeline(Kandinsky22Model.Load(manifest, options, limits, cancellationToken)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
