namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>What a pipeline can be asked for. Outpainting is inpainting on a larger canvas (<see cref="Inpainting"/>).</summary>
public enum GenerationTask
{
    TextToImage,
    ImageToImage,
    Inpaint,
    Variation,
}
