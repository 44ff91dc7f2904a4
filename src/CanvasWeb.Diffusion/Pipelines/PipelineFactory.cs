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
    /// <param name="options">For every graph of the model.</param>
    /// <param name="limits">What a request may cost; null takes the usual limits.</param>
    /// <exception cref="ModelFormatException">A file is broken or does not hold what the pipeline needs; names the file and the reason.</exception>
    /// <exception cref="OnnxModelException">A graph cannot be run; names the ports.</exception>
    public static IImagePipeline Load(ModelManifest manifest, OnnxModelOptions options, PipelineLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        limits ??= new PipelineLimits();
        var pipeline = Create(manifest, options, limits);
        if (!manifest.Has("upscaler"))
            return pipeline;
        try
        {
            return new UpscalingPipeline(pipeline, manifest.Load("upscaler", options));
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }

    private static IImagePipeline Create(ModelManifest manifest, OnnxModelOptions options, PipelineLimits limits) =>
        manifest.Family switch
        {
            ModelFamily.CanvasMini => new CanvasMiniPipeline(CanvasMiniModel.Load(manifest, options, limits)),
            ModelFamily.StableDiffusion => new StableDiffusionPipeline(StableDiffusionModel.Load(manifest, options, limits)),
            ModelFamily.StableDiffusionXl => new StableDiffusionXLPipeline(StableDiffusionXLModel.Load(manifest, options, limits)),
            ModelFamily.UnClip => new UnClipPipeline(UnClipModel.Load(manifest, options, limits)),
            ModelFamily.Kandinsky22 => new Kandinsky22Pipeline(Kandinsky22Model.Load(manifest, options, limits)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
