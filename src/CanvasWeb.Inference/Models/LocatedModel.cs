using CanvasWeb.Diffusion.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Models;

/// <summary>A model that was found and not refused, not loaded yet.</summary>
internal sealed record LocatedModel(ModelManifest Manifest, ModelReference Reference);
