namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>What a pipeline can be asked for. Outpainting is inpainting on a larger canvas (<see cref="Inpainting"/>).</summary>
public enum GenerationTask
{
    TextToImage,
    ImageToImage,
    Inpaint,
    Variation,

    /// <summary>A picture between two others, by their embeddings (unCLIP, arXiv 2204.06125, §3.2).</summary>
    Interpolation,

    /// <summary>A picture changed as one caption changes into another (§3.3 of the same).</summary>
    TextDiff,

    /// <summary>A given picture through the model's own upscaler.</summary>
    Upscale,
}
