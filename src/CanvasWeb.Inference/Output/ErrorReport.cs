namespace CanvasWeb.Inference.Output;

/// <summary>What <c>--json</c> prints when a command fails.</summary>
/// <param name="Images">The pictures that were finished before, as in <see cref="RunReport.Images"/>; absent when there are none.</param>
internal sealed record ErrorReport(ErrorDetail Error, IReadOnlyList<WrittenPicture>? Images);

/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
internal sealed record ErrorDetail(string Code, string Message);
