namespace CanvasWeb.Diffusion.Pipelines.UnClip;

/// <summary>A loaded unCLIP folder in Karlo's layout: hands each task to its file.</summary>
internal sealed class UnClipPipeline(UnClipModel model) : IImagePipeline
{
    public PipelineInfo Info => model.Info;

    public PictureEmbedder? Embedder => model.Embedder;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Task switch
        {
            GenerationTask.Variation => Variation.Generate(model, request, observer, cancellationToken),
            GenerationTask.Interpolation => Interpolation.Generate(model, request, observer, cancellationToken),
            GenerationTask.TextDiff => TextDiff.Generate(model, request, observer, cancellationToken),
            // Every other task is refused there, in one set of words.
            _ => TextToImage.Generate(model, request, observer, cancellationToken),
        };
    }

    public void Dispose() => model.Dispose();
}
