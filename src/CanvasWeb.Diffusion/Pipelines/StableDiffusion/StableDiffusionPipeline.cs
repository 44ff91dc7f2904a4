using CanvasWeb.Diffusion.Pipelines.LatentConsistency;

namespace CanvasWeb.Diffusion.Pipelines.StableDiffusion;

/// <summary>A loaded Stable Diffusion 1.x or 2.x folder: hands each task to its file.</summary>
internal sealed class StableDiffusionPipeline(StableDiffusionModel model) : IImagePipeline
{
    public PipelineInfo Info => model.Info;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (request.Task, model.IsDistilled) switch
        {
            (GenerationTask.TextToImage, true) => ConsistencyTextToImage.Generate(model, request, observer, cancellationToken),
            (GenerationTask.ImageToImage, true) => ConsistencyImageToImage.Generate(model, request, observer, cancellationToken),
            (GenerationTask.ImageToImage, false) => ImageToImage.Generate(model, request, observer, cancellationToken),
            (GenerationTask.Inpaint, _) => Inpaint.Generate(model, request, observer, cancellationToken),
            // Every other task is refused there, in one set of words.
            _ => TextToImage.Generate(model, request, observer, cancellationToken),
        };
    }

    public void Dispose() => model.Dispose();
}
