using System.Text.RegularExpressions;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>House rule 21: stages are copied and say from where; a copy that drifts from its original is a mistake in one of them.</summary>
public sealed partial class CopiedStageTests
{
    private static readonly string Folder = Path.Combine(TinyModels.Root, "src", "CanvasWeb.Diffusion", "Pipelines");

    [Fact]
    public void Copied_stages_equal_their_originals()
    {
        var compared = 0;
        foreach (var file in Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories))
        {
            foreach (var (title, body) in Stages(file))
            {
                if (Marker().Match(body) is not { Success: true } marker)
                    continue;
                var original = Path.Combine(Folder, marker.Groups["family"].Value, marker.Groups["class"].Value + ".cs");
                Assert.True(File.Exists(original), $"{file}: {title} is copied from {marker.Groups["family"].Value}.{marker.Groups["class"].Value}, which is not there.");
                var stages = Stages(original);
                Assert.True(stages.ContainsKey(marker.Groups["title"].Value), $"{file}: {original} has no stage \"{marker.Groups["title"].Value}\".");
                Assert.Equal(Plain(stages[marker.Groups["title"].Value]), Plain(body));
                compared++;
            }
        }

        Assert.True(compared >= 50, $"Only {compared} copied stages were found.");
    }

    [Fact]
    public void Stages_are_numbered_from_one_without_gaps()
    {
        var files = 0;
        foreach (var file in Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories))
        {
            var numbers = Heading().Matches(File.ReadAllText(file)).Select(match => match.Groups["number"].Value).ToList();
            if (numbers.Count == 0)
                continue;
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => FormattableString.Invariant($"{number}")), numbers);
            files++;
        }

        Assert.True(files >= 15, $"Only {files} pipeline files were found.");
    }

    private static Dictionary<string, string> Stages(string file)
    {
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var headings = Heading().Matches(text);
        var stages = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < headings.Count; i++)
        {
            var start = headings[i].Index + headings[i].Length;
            var end = i + 1 < headings.Count ? headings[i + 1].Index : text.IndexOf("\n    }\n", start, StringComparison.Ordinal);
            stages[headings[i].Groups["title"].Value] = text[start..end];
        }

        return stages;
    }

    private static string Plain(string body) => Marker().Replace(body, "").Trim();

    [GeneratedRegex(@"^        // (?<number>\d+)\. (?<title>[^\n]+)\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"// Copied from (?<family>\w+)\.(?<class>\w+): (?<title>[^\n]+)\n", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}
