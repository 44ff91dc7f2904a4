using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Commands;

/// <param name="Path">A picture, a record, or an archive with a record in it.</param>
/// <param name="Inputs">Folder with the pictures that it was made from; null is the file's own.</param>
/// <param name="Out">Where the picture made now goes; null keeps none.</param>
/// <param name="Exact">Only identical is good enough, on whatever machine.</param>
/// <param name="AnyModel">Go on when the model is not the one that the picture was made with.</param>
internal sealed record ReplayCommandOptions(string Path, string? Inputs, string? Out, bool Exact, bool AnyModel, ModelChoice Model, ReportOptions Report);
