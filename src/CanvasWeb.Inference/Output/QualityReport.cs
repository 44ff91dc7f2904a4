using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Output;

/// <summary>What <c>bench quality --json</c> prints and <c>results.json</c> holds.</summary>
internal sealed record QualityReport
{
    public required ModelReference Model { get; init; }

    public required MachineDescription Machine { get; init; }

    public required SoftwareVersions Versions { get; init; }

    /// <summary>"cpu" or "gpu": which column of bars was held against it.</summary>
    public required string Bars { get; init; }

    /// <summary>Of each prompt.</summary>
    public required int Seeds { get; init; }

    /// <summary>False where fewer prompts of a group were asked for: what three pictures show says nothing about a bar.</summary>
    public required bool IsJudged { get; init; }

    /// <summary>False while parts are still missing, and where fewer prompts or parts were asked for.</summary>
    public required bool IsWhole { get; init; }

    public required IReadOnlyList<QualityLine> Rows { get; init; }

    /// <summary>How often each thing was recognised, best first.</summary>
    public required IReadOnlyList<ThingCount> Things { get; init; }

    /// <summary>What was not measured, and why.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>Bars that are missed, by the names of their rows.</summary>
    public IReadOnlyList<string> Missed => [.. Rows.Where(row => row.IsMet == false).Select(row => row.Name)];
}

/// <param name="Bar">Of the chosen column; null where nothing is asked.</param>
/// <param name="IsMost">The value may be at most the bar.</param>
/// <param name="Made">Null where nothing was measured.</param>
/// <param name="Real">The same measure over drawn truth.</param>
/// <param name="Shuffled">The same over other prompts' truth: chance.</param>
/// <param name="StandardError">Of <paramref name="Made"/>, over prompts.</param>
/// <param name="Count">Pictures.</param>
/// <param name="IsMet">Null without a bar, and where nothing is judged.</param>
internal sealed record QualityLine(string Name, double? Bar, bool IsMost, double? Made, double? Real, double? Shuffled, double? StandardError, int Count, bool? IsMet)
{
    public static QualityLine Of(QualityRow row, BarKind kind) => new(
        row.Name,
        row.Bar?.For(kind),
        row.Bar?.IsMost ?? false,
        Finite(row.Made.Value),
        Finite(row.Real),
        Finite(row.Shuffled),
        Finite(row.Made.Error),
        row.Made.Count,
        row.Bar?.IsMet(row.Made.Value, kind));

    /// <summary>JSON has no other numbers.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? Math.Round(number, 4) : null;
}
