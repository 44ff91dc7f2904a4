namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>Lists that are compiled: never changed, replaced as a whole.</summary>
internal sealed class PolicyLists
{
    private const int MaxWords = 5;
    private readonly TermMatcher _matcher;
    private readonly List<string> _categories;
    private readonly List<(PolicyLine Line, string Left, string Right)> _rules;

    /// <param name="lines">In the order in which they count: what removes comes after what it removes. Categories are asked in the order in which they come first.</param>
    public PolicyLists(IEnumerable<PolicyLine> lines, IReadOnlyList<string> problems)
    {
        var kept = new List<PolicyLine>();
        foreach (var line in lines)
        {
            if (line.Kind == PolicyLineKind.Remove)
                kept.RemoveAll(known => known.Section == line.Section && Written(known) == line.Text);
            else
                kept.Add(line);
        }

        Lines = kept;
        Problems = problems;
        _categories = [.. kept.Select(static line => line.Section).Where(static section => !section.StartsWith('@')).Distinct(StringComparer.Ordinal)];
        _rules = [.. kept.Where(static line => line.Kind == PolicyLineKind.Rule).Select(static line => (line, PolicyFile.Sides(line).Left, PolicyFile.Sides(line).Right))];
        _matcher = new(kept.Where(static line => line.Kind is PolicyLineKind.Term or PolicyLineKind.Except)
            .SelectMany(static line => TermPattern.Of(line.Text).Where(static pattern => pattern.Letters > 0).Select(pattern => (pattern, line))));
    }

    /// <summary>What is in force.</summary>
    public IReadOnlyList<PolicyLine> Lines { get; }

    /// <summary>Lines of files that could not be read, with their places.</summary>
    public IReadOnlyList<string> Problems { get; }

    public IReadOnlyList<string> Categories => _categories;

    /// <summary>A line as it stands in a file.</summary>
    public static string Written(PolicyLine line) => line.Kind == PolicyLineKind.Except ? "!" + line.Text : line.Text;

    public PromptVerdict Check(string text)
    {
        long steps = 0;
        return Check(text, ref steps);
    }

    /// <param name="steps">Counts what was done, for the test that this is linear.</param>
    internal PromptVerdict Check(string text, ref long steps)
    {
        // 1. What occurs, over all readings of the text, by section.
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var form in PromptForm.All)
        {
            var folded = PromptText.Fold(text, form);
            steps += folded.Text.Length;
            if (!seen.Add(folded.Text))
                continue;
            var hits = _matcher.Find(folded.Text, ref steps);
            foreach (var hit in Uncovered(hits, folded.Text.Length))
            {
                if (!found.TryGetValue(hit.Line.Section, out var words))
                    found[hit.Line.Section] = words = [];
                if (words.Count < MaxWords && Typed(text, folded, hit) is var typed && !words.Contains(typed, StringComparer.OrdinalIgnoreCase))
                    words.Add(typed);
            }
        }

        // 2. The first category that refuses it: by words of its own, or by two sections that a rule names.
        foreach (var category in _categories)
        {
            if (found.TryGetValue(category, out var words))
                return new(category, words);
            foreach (var (line, left, right) in _rules)
            {
                if (line.Section == category && found.TryGetValue(left, out var first) && found.TryGetValue(right, out var second))
                    return new(category, left == right ? [first[0]] : [first[0], second[0]]);
            }
        }

        return PromptVerdict.Fine;
    }

    // An exception covers a hit of its section that it begins not after and ends not before. For each place the furthest end of the exceptions that
    // begin there or earlier is known, so a hit is asked about in one step.
    private static IEnumerable<TermHit> Uncovered(List<TermHit> hits, int length)
    {
        var covered = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var exception in hits.Where(static hit => hit.Line.Kind == PolicyLineKind.Except))
        {
            if (!covered.TryGetValue(exception.Line.Section, out var ends))
                covered[exception.Line.Section] = ends = new int[length];
            ends[exception.Start] = Math.Max(ends[exception.Start], exception.End);
        }

        foreach (var ends in covered.Values)
        {
            for (var i = 1; i < length; i++)
                ends[i] = Math.Max(ends[i], ends[i - 1]);
        }

        return hits.Where(hit => hit.Line.Kind == PolicyLineKind.Term && !(covered.TryGetValue(hit.Line.Section, out var ends) && ends[hit.Start] >= hit.End));
    }

    private static string Typed(string text, FoldedText folded, TermHit hit)
    {
        var (start, end) = (folded.Text[hit.Start] == ' ' ? hit.Start + 1 : hit.Start, folded.Text[hit.End - 1] == ' ' ? hit.End - 2 : hit.End - 1);
        var from = folded.Origin[Math.Min(start, folded.Origin.Length - 1)];
        var to = folded.Origin[Math.Max(start, end)];
        to += char.IsHighSurrogate(text[to]) && to + 1 < text.Length ? 2 : 1;
        return text[from..to];
    }
}
