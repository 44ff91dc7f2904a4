namespace CanvasWeb.Inference.Output;

/// <summary>What <c>--json</c> prints when a command fails.</summary>
internal sealed record ErrorReport(ErrorDetail Error);

/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
internal sealed record ErrorDetail(string Code, string Message);
