namespace CanvasWeb.Inference.Output;

/// <summary>Which model, beyond doubt.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Family">For example "canvas-mini".</param>
/// <param name="Hash">SHA-256 over the folder's files, lower-case hex.</param>
internal sealed record ModelReference(string Name, string Family, string Hash);
