using System.Globalization;
using System.Text.RegularExpressions;

namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>What the matcher looks for in a folded text: with the spaces that make whole words of it.</summary>
/// <param name="Text">" words ", " begin" where any ending counts, no spaces where scripts without them begin or end.</param>
/// <param name="IsPrefix">Ends with a star: goes to the end of the word.</param>
/// <param name="Letters">Without the spaces around.</param>
internal sealed partial record TermPattern(string Text, bool IsPrefix, int Letters)
{
    // A range makes a pattern of each number.
    private const int LongestRange = 100;

    /// <summary>The patterns of a line: one, or one for each number of a range "{1-17}". Empty where nothing is left of it.</summary>
    public static IEnumerable<TermPattern> Of(string line)
    {
        if (Range().Match(line) is not { Success: true } range)
            return [One(line)];
        var (from, to) = (int.Parse(range.Groups["from"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(range.Groups["to"].ValueSpan, CultureInfo.InvariantCulture));
        return Enumerable.Range(from, Math.Clamp(to - from + 1, 0, LongestRange))
            .Select(number => One(line[..range.Index] + number.ToString(CultureInfo.InvariantCulture) + line[(range.Index + range.Length)..]));
    }

    private static TermPattern One(string term)
    {
        var isPrefix = term.EndsWith('*');
        var words = PromptText.Fold(isPrefix ? term[..^1] : term);
        if (words.Length == 0)
            return new("", isPrefix, 0);

        // In a script without spaces every place is the beginning of some ending: the star says nothing.
        isPrefix &= !PromptText.IsRun(words[0]);
        var text = (PromptText.IsRun(words[0]) ? "" : " ") + words + (isPrefix || PromptText.IsRun(words[^1]) ? "" : " ");
        return new(text, isPrefix, words.Length);
    }

    [GeneratedRegex(@"\{(?<from>\d{1,3})-(?<to>\d{1,3})\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();
}
