using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Models;

/// <summary>A loaded model; owns the pipeline.</summary>
/// <param name="Pipeline">Ready to generate.</param>
/// <param name="Reference">Name and content hash.</param>
/// <param name="Provider">"cpu" or "cuda": where it really runs.</param>
internal sealed record OpenedModel(IImagePipeline Pipeline, ModelReference Reference, string Provider) : IDisposable
{
    public void Dispose() => Pipeline.Dispose();
}
