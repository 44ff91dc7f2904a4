namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>A measured value with its standard error.</summary>
/// <param name="Error">Null where there are too few prompts to tell.</param>
/// <param name="Count">Of pictures that went into it.</param>
internal readonly record struct Estimate(double Value, double? Error, int Count)
{
    /// <summary>
    /// The mean over prompts. Pictures of one prompt with other seeds are no independent samples, so each prompt counts once, with its mean, and the error is
    /// that of a mean of so many prompts (Kish 1965, §5.6: clusters of equal weight).
    /// </summary>
    /// <param name="samples">The prompt's id and a value, one for each picture; at least one.</param>
    public static Estimate OverPrompts(IReadOnlyCollection<(string Prompt, double Value)> samples)
    {
        var means = ByPrompt(samples).Select(group => group.Mean).ToArray();
        var mean = means.Average();
        return new Estimate(mean, StandardError(means, mean), samples.Count);
    }

    /// <summary>The median, with no error: for lengths, whose mean one stray picture would decide.</summary>
    /// <param name="values">At least one.</param>
    public static Estimate Median(IReadOnlyCollection<double> values) => new(Samples.Median(values), Error: null, values.Count);

    /// <summary>One mean over another of the same prompts: errors of a ratio of paired samples (Cochran 1977, eq. 2.46).</summary>
    /// <param name="above">One value for each picture, by the prompt that both share.</param>
    public static Estimate PairedRatio(IReadOnlyCollection<(string Prompt, double Value)> above, IReadOnlyCollection<(string Prompt, double Value)> below)
    {
        var under = ByPrompt(below).ToDictionary(group => group.Prompt, group => group.Mean, StringComparer.Ordinal);
        var pairs = ByPrompt(above).Where(group => under.ContainsKey(group.Prompt)).Select(group => (Above: group.Mean, Below: under[group.Prompt])).ToArray();
        if (pairs.Length == 0)
            return new Estimate(double.NaN, Error: null, 0);
        var mean = pairs.Average(pair => pair.Below);
        var ratio = pairs.Average(pair => pair.Above) / mean;
        return new Estimate(ratio, StandardError([.. pairs.Select(pair => pair.Above - (ratio * pair.Below))], 0) / mean, above.Count);
    }

    /// <summary>One value over another of other prompts: relative errors add in squares.</summary>
    public static Estimate Ratio(Estimate above, Estimate below)
    {
        var ratio = above.Value / below.Value;
        var relative = Math.Sqrt(Square(above.Error / above.Value) + Square(below.Error / below.Value));
        return new Estimate(ratio, double.IsFinite(relative) ? ratio * relative : null, above.Count);
    }

    /// <summary>The mean of several, each counting the same.</summary>
    public static Estimate Mean(params ReadOnlySpan<Estimate> parts)
    {
        var (sum, squares, count) = (0.0, 0.0, 0);
        foreach (var part in parts)
            (sum, squares, count) = (sum + part.Value, squares + Square(part.Error), count + part.Count);
        return new Estimate(sum / parts.Length, Math.Sqrt(squares) / parts.Length, count);
    }

    private static double Square(double? value) => value is { } number && double.IsFinite(number) ? number * number : 0;

    private static IEnumerable<(string Prompt, double Mean)> ByPrompt(IEnumerable<(string Prompt, double Value)> samples) =>
        samples.GroupBy(sample => sample.Prompt, StringComparer.Ordinal).Select(group => (group.Key, group.Average(sample => sample.Value)));

    private static double? StandardError(double[] values, double mean) =>
        values.Length < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
}
