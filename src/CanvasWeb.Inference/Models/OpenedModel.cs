using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Inference.Models;

/// <summary>A loaded model; owns the pipeline.</summary>
/// <param name="Pipeline">Ready to generate.</param>
/// <param name="Identity">Name and, on demand, content hash.</param>
/// <param name="Provider">"cpu" or "cuda": where it really runs.</param>
internal sealed record OpenedModel(IImagePipeline Pipeline, ModelIdentity Identity, string Provider) : IDisposable
{
    public void Dispose() => Pipeline.Dispose();
}
