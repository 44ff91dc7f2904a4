using CanvasWeb.Inference.Benchmarks.Quality;
using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Commands;

/// <param name="SuiteFolder">Null looks for tests/quality beside the program or above it.</param>
/// <param name="Check">A missed bar ends with <see cref="ExitCode.BarMissed"/>.</param>
/// <param name="Bars">Which column of bars.</param>
internal sealed record QualityCommandOptions(ModelChoice Model, string? SuiteFolder, QualityOptions Quality, BarKind Bars, bool Check, ReportOptions Report);
