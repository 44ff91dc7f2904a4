using System.Globalization;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>The bars that the project sets itself for borders. Every row must keep every byte outside its masks; the last row, which is what people get, is scored too.</summary>
public static class SeamBars
{
    /// <summary>1 is like the real pictures. The scores 8 px to each side are printed and not judged: how far the content there lies from the real one is the weights' affair.</summary>
    public const double LargestBorder = 1.5;

    /// <summary>A sentence for each bar that is missed; empty when all are met.</summary>
    public static IReadOnlyList<string> Missed(IReadOnlyList<SeamRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
            return ["Missed: nothing was measured."];
        var missed = new List<string>();
        foreach (var row in rows.Where(row => row.ChangedOutside != 0))
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"Missed: {row.Variant} changed {row.ChangedOutside} bytes outside its masks."));
        Judge("inpaint, border", rows[^1].InpaintBorder);
        Judge("outpaint, border", rows[^1].OutpaintBorder);
        return missed;

        void Judge(string name, double score)
        {
            // Not ">": a score that is no number misses.
            if (!(score <= LargestBorder))
                missed.Add(string.Create(CultureInfo.InvariantCulture, $"Missed: {name} of {rows[^1].Variant} is {score:F2}, and {LargestBorder:F2} is the most that it may be."));
        }
    }
}
