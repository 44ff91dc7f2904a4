namespace CanvasWeb.Diffusion.Pipelines.StableDiffusionXL;

/// <summary>A loaded SDXL folder: hands each task to its file.</summary>
internal sealed class StableDiffusionXLPipeline(StableDiffusionXLModel model) : IImagePipeline
{
    public PipelineInfo Info => model.Info;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Task switch
        {
            GenerationTask.ImageToImage => ImageToImage.Generate(model, request, observer, cancellationToken),
            GenerationTask.Inpaint => Inpaint.Generate(model, request, observer, cancellationToken),
            // Every other task is refused there, in one set of words.
            _ => TextToImage.Generate(model, request, observer, cancellationToken),
        };
    }

    public void Dispose() => model.Dispose();
}
