namespace CanvasWeb.Inference.Commands;

/// <summary>How a command speaks.</summary>
/// <param name="Json">One JSON object on stdout instead of lines.</param>
/// <param name="Quiet">Nothing on stderr but errors.</param>
/// <param name="Verbose">Errors with all their details.</param>
internal sealed record ReportOptions(bool Json = false, bool Quiet = false, bool Verbose = false);
