namespace CanvasWeb.Diffusion.Pipelines.Kandinsky22;

/// <summary>A loaded Kandinsky 2.2 folder: hands each task to its file.</summary>
internal sealed class Kandinsky22Pipeline(Kandinsky22Model model) : IImagePipeline
{
    public PipelineInfo Info => model.Info;

    public PictureEmbedder? Embedder => model.Embedder;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Task switch
        {
            GenerationTask.ImageToImage => ImageToImage.Generate(model, request, observer, cancellationToken),
            GenerationTask.Inpaint => Inpaint.Generate(model, request, observer, cancellationToken),
            GenerationTask.Variation => Variation.Generate(model, request, observer, cancellationToken),
            GenerationTask.Interpolation => Interpolation.Generate(model, request, observer, cancellationToken),
            GenerationTask.TextDiff => TextDiff.Generate(model, request, observer, cancellationToken),
            // Every other task is refused there, in one set of words.
            _ => TextToImage.Generate(model, request, observer, cancellationToken),
        };
    }

    public void Dispose() => model.Dispose();
}
