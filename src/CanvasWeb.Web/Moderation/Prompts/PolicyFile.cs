using System.Text.RegularExpressions;

namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>Reads the lists' format (see README.md beside this file).</summary>
internal static partial class PolicyFile
{
    /// <summary>Characters of a file that are read: a list is for people to read.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The lines of a text, and what is wrong with those that are left out.</summary>
    public static (List<PolicyLine> Lines, List<string> Problems) Read(string source, string text)
    {
        var lines = new List<PolicyLine>();
        var problems = new List<string>();
        string? section = null;
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.ToString();
            if (line.IndexOf('#', StringComparison.Ordinal) is >= 0 and var comment)
                line = line[..comment];
            line = line.Trim();
            if (line.Length == 0)
                continue;
            if (line.StartsWith('['))
            {
                section = SectionName().Match(line) is { Success: true } head ? head.Groups["name"].Value : null;
                if (section is null)
                    problems.Add(FormattableString.Invariant($"{source}:{number}: a section is a name of small letters in brackets, such as [sexual] or [@young]."));
                continue;
            }

            if (section is null)
            {
                problems.Add(FormattableString.Invariant($"{source}:{number}: stands in no section."));
                continue;
            }

            if (ReadLine(source, number, section, line) is { } read && Problem(read) is var problem)
            {
                if (problem is null)
                    lines.Add(read);
                else
                    problems.Add(FormattableString.Invariant($"{source}:{number}: {problem}"));
            }
        }

        return (lines, problems);
    }

    /// <summary>A single line, as an admin types it.</summary>
    public static PolicyLine ReadLine(string source, int number, string section, string line) => line switch
    {
        ['!', ..] => new(source, number, section, PolicyLineKind.Except, line[1..].Trim()),
        ['-', ..] => new(source, number, section, PolicyLineKind.Remove, line[1..].Trim()),
        _ when line.Contains('+', StringComparison.Ordinal) && RuleLine().IsMatch(line) => new(source, number, section, PolicyLineKind.Rule, line),
        _ => new(source, number, section, PolicyLineKind.Term, line),
    };

    public static bool IsSection(string name) => SectionName().IsMatch("[" + name + "]");

    /// <summary>The two sides of a rule.</summary>
    public static (string Left, string Right) Sides(PolicyLine rule)
    {
        var match = RuleLine().Match(rule.Text);
        return (match.Groups["left"].Value, match.Groups["right"].Value);
    }

    /// <summary>What is wrong with a line; null where nothing is.</summary>
    public static string? Problem(PolicyLine line)
    {
        if (line.Kind is PolicyLineKind.Remove or PolicyLineKind.Rule)
            return line.Kind == PolicyLineKind.Rule && line.Section.StartsWith('@') ? "a group has words, no rules." : null;
        foreach (var pattern in TermPattern.Of(line.Text))
        {
            if (pattern.Letters < 2)
                return "has fewer than two letters, or is one that refuses half of all prompts.";
        }

        return line.Text.Length > PolicyTerm.LineLength ? "is too long." : null;
    }

    [GeneratedRegex(@"^\[(?<name>@?[a-z][a-z0-9-]{0,38})\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SectionName();

    [GeneratedRegex(@"^(?<left>@[a-z][a-z0-9-]*) *\+ *(?<right>@?[a-z][a-z0-9-]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleLine();
}
