namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>What the judge sees in a picture.</summary>
/// <param name="Heads">For each head the logarithm of the probability of every label.</param>
internal sealed record Reading(IReadOnlyDictionary<string, IReadOnlyDictionary<string, float>> Heads)
{
    /// <summary>The likeliest label; the first of them by name where several are.</summary>
    public string Best(string head) => Heads[head].OrderByDescending(label => label.Value).ThenBy(label => label.Key, StringComparer.Ordinal).First().Key;

    public float Score(string head, string label) => Heads[head].GetValueOrDefault(label, float.NegativeInfinity);
}
