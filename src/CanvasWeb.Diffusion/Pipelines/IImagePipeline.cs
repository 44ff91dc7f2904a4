namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>A loaded model that makes pictures. One generation at a time; the host queues.</summary>
public interface IImagePipeline : IDisposable
{
    PipelineInfo Info { get; }

    /// <summary>Compares pictures and words with the model's own encoders; the pipeline owns it. Null where the model has none.</summary>
    PictureEmbedder? Embedder => null;

    /// <summary>Makes one picture; blocks the calling thread, stops within a step when cancelled.</summary>
    /// <exception cref="GenerationException">The request does not fit the model; the message says what to change.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is kept.</exception>
    GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken);
}
