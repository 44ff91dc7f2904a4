using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Commands;

/// <param name="Pairs">Of the overhead; 0 leaves it out.</param>
/// <param name="Loads">Of the speed; 0 leaves it out.</param>
/// <param name="Pictures">Of the memory; 0 leaves it out.</param>
/// <param name="Check">A missed bar ends with <see cref="ExitCode.BarMissed"/>.</param>
internal sealed record BenchOptions(ModelChoice Model, int Pairs, int Loads, int Pictures, bool Check, ReportOptions Report);
