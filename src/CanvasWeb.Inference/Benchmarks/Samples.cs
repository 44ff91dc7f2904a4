namespace CanvasWeb.Inference.Benchmarks;

/// <summary>Sums over measurements. Medians, because the machines that this runs on have other work too: one slow run must not count.</summary>
internal static class Samples
{
    /// <param name="values">At least one.</param>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
