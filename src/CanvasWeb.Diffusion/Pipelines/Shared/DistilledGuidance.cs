using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>The guidance scale as an input, <c>timestep_cond</c>, of U-Nets that were distilled to guide in one pass (latent consistency models).</summary>
internal static class DistilledGuidance
{
    public const string Port = "timestep_cond";

    /// <summary>The scale, embedded, <c>[1, width]</c>; the scope owns it. These networks count from the scale minus one.</summary>
    public static Tensor Embed(TensorScope scope, ModelManifest manifest, float guidanceScale)
    {
        var embedding = scope.New(1, manifest.TimeCondProjDim);
        Guidance.Embed(guidanceScale - 1f, embedding.Span);
        return embedding;
    }
}
