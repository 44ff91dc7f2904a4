using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Inference.Models;

/// <summary>Which model, from where, on what.</summary>
/// <param name="Name">A name in the list or the path of a model's folder; null takes the default.</param>
/// <param name="Folder">Folder with models' folders; null looks in the usual places.</param>
/// <param name="Provider">Where it shall run.</param>
internal sealed record ModelChoice(string? Name = null, string? Folder = null, ExecutionProvider Provider = ExecutionProvider.Auto);
