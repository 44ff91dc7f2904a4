namespace CanvasWeb.Inference.Output;

/// <summary>A line of <c>similarity --json</c>.</summary>
/// <param name="Similarity">−1 to 1.</param>
internal sealed record ComparedPicture(string File, double Similarity);
