using System.Globalization;
using System.Text;

namespace CanvasWeb.Inference.Output;

/// <summary>A report as Markdown, which reads well on a terminal, too.</summary>
internal static class QualityTable
{
    private const int NameWidth = 62;

    /// <param name="isJudged">With the column that says whether a bar is met.</param>
    public static string Header(bool isJudged) =>
        $"| {"measure".PadRight(NameWidth)} | bar    |  made | ±     |  real | shuffled |   n |{(isJudged ? "    |" : "")}\n|{new string('-', NameWidth + 2)}|--------|-------|-------|-------|----------|-----|{(isJudged ? "----|" : "")}";

    public static string Line(QualityLine line, bool isJudged)
    {
        var bar = line.Bar is { } value ? $"{(line.IsMost ? "≤" : "≥")} {Number(value)}" : "";
        var verdict = line.IsMet switch { true => "ok", false => "no", null => "" };
        return $"| {line.Name.PadRight(NameWidth)} | {bar,-6} | {Number(line.Made),5} | {Number(line.StandardError),-5} | {Number(line.Real),5} | {Number(line.Shuffled),8} | {line.Count.ToString(CultureInfo.InvariantCulture),3} |{(isJudged ? $" {verdict,-2} |" : "")}";
    }

    /// <summary>The whole page; the sheet lies beside it.</summary>
    public static string Page(QualityReport report)
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# Quality of {report.Model.Name}").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"Content {report.Model.Hash[..16]}, {report.Seeds} pictures of each prompt, bars for a model trained on a {report.Bars}, {report.Machine.Cores} cores ({report.Machine.Architecture}), load average {report.Machine.LoadAverage?.ToString("0.0", CultureInfo.InvariantCulture) ?? "unknown"} at the start, ONNX Runtime {report.Versions.OnnxRuntime}{(report.IsWhole ? "" : "; **only a part of the suite**")}.");
        page.AppendLine("Real: the same measure over drawn truth. Shuffled: over other prompts' truth, which is chance. ±: standard error over prompts.").AppendLine();
        page.AppendLine(Header(report.IsJudged));
        foreach (var row in report.Rows)
            page.AppendLine(Line(row, report.IsJudged));
        if (report.LeftOut.Count > 0)
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Not measured: {string.Join("; ", report.LeftOut)}.");
        if (report.Things.Count > 0)
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Things, recognised of asked: {string.Join(", ", report.Things.Select(thing => FormattableString.Invariant($"{thing.Name} {thing.Right}/{thing.Asked}")))}.");
        return page.ToString();
    }

    private static string Number(double? value) => value is not { } number ? ""
        : Math.Abs(number) >= 100 ? number.ToString("0", CultureInfo.InvariantCulture)
        : Math.Abs(number) >= 10 ? number.ToString("0.0", CultureInfo.InvariantCulture)
        : number.ToString("0.00", CultureInfo.InvariantCulture);
}
