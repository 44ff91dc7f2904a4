using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Inference.Models;

/// <summary>A model that was found and not refused, not loaded yet.</summary>
internal sealed record LocatedModel(ModelManifest Manifest, ModelIdentity Identity);
