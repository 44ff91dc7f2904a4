using CanvasWeb.Web.Moderation.Prompts;

namespace CanvasWeb.Web.Pictures;

/// <summary>The words of a query. A text has them when it has all of them, in any order, whatever the case and the accents; a word is found by how it begins.</summary>
internal sealed class QueryTerms
{
    private readonly string[] _terms;

    /// <param name="most">Words that count.</param>
    public QueryTerms(string query, int most) => _terms = [.. PromptText.Fold(query).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(most)];

    public bool IsEmpty => _terms.Length == 0;

    public bool AreIn(string text)
    {
        var folded = " " + PromptText.Fold(text);

        // Scripts without spaces have their words inside of runs.
        return Array.TrueForAll(_terms, term => folded.Contains(PromptText.IsRun(term[0]) ? term : " " + term, StringComparison.Ordinal));
    }
}
