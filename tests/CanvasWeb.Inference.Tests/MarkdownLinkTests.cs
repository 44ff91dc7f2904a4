using System.Diagnostics;
using System.Text.RegularExpressions;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>Documentation that points to nothing is worse than none.</summary>
public sealed partial class MarkdownLinkTests
{
    private const int TimeoutMs = 10_000;

    [Fact]
    public void Every_relative_link_in_the_repositorys_documents_leads_somewhere()
    {
        var documents = Documents();
        Assert.Contains("README.md", documents);

        var broken = documents.SelectMany(document => Broken(document, File.ReadAllText(RepositoryFiles.PathTo(document)), RepositoryFiles.Root)).ToArray();

        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Missing_files_and_missing_headings_are_found()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(folder["sub/other.md"], "# A heading, with `code`\n");
        const string document = """
            # Top
            [good](sub/other.md) [also](sub/other.md#a-heading-with-code) [here](#top) [out](https://example.org/no) ![picture](no.png)
            [bad](sub/gone.md) [bad](sub/other.md#gone) [bad](#gone) <img src="gone.png" alt="">
            `[in code](gone.md)`
            ```
            [in a block](gone.md)
            ```
            [reference]: sub/gone-too.md
            """;

        Assert.Equal(
            ["here.md: #gone", "here.md: gone.png", "here.md: no.png", "here.md: sub/gone-too.md", "here.md: sub/gone.md", "here.md: sub/other.md#gone"],
            Broken("here.md", document, folder.Path).Order(StringComparer.Ordinal));
    }

    /// <summary>The committed ones: build outputs and restored packages bring documents of their own.</summary>
    private static string[] Documents()
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = RepositoryFiles.Root, UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (ReadOnlySpan<string>)["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"])
            start.ArgumentList.Add(argument);
        Process? git;
        try
        {
            git = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not on this machine, and only git knows which documents are ours.");
            throw;
        }

        using (git)
        {
            var names = git!.StandardOutput.ReadToEnd(); // Start gives null only for a shell's reused process.
            git.WaitForExit();
            Assert.SkipWhen(git.ExitCode != 0, "This is no git checkout, and only git knows which documents are ours.");
            return [.. names.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(name => File.Exists(RepositoryFiles.PathTo(name)))];
        }
    }

    private static IEnumerable<string> Broken(string document, string markdown, string root)
    {
        var text = Code().Replace(markdown, "");
        foreach (var target in Links().Matches(text).Select(match => match.Groups["target"].Value))
        {
            if (Scheme().IsMatch(target))
                continue;
            var parts = target.Split('#', 2);
            var file = parts[0].Length == 0 ? Path.Combine(root, document) : Path.GetFullPath(Path.Combine(root, Path.GetDirectoryName(document) ?? "", Uri.UnescapeDataString(parts[0])));
            var heading = parts.Length == 2 ? parts[1] : null;
            var content = parts[0].Length == 0 ? markdown : heading != null && File.Exists(file) ? File.ReadAllText(file) : "";
            if ((parts[0].Length > 0 && !Path.Exists(file)) || (heading != null && !Anchors(content).Contains(heading, StringComparer.Ordinal)))
                yield return $"{document}: {target}";
        }
    }

    /// <summary>Names of headings as GitHub and GitLab make them: lower case, punctuation dropped, a dash for each space.</summary>
    private static IEnumerable<string> Anchors(string markdown) =>
        Headings().Matches(markdown).Select(match => Punctuation().Replace(match.Groups["heading"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"(?ms)^[ \t]*(?<fence>```|~~~).*?^[ \t]*\k<fence>[ \t]*$|`[^`\n]*`", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Code();

    [GeneratedRegex(@"(?m)\]\(\s*<?(?<target>[^)\s>]+)|^[ \t]*\[[^\]\n]+\]:[ \t]*(?<target>\S+)|<(?:img|a)\b[^>]*?\b(?:src|href)=""(?<target>[^""]+)""", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Links();

    [GeneratedRegex(@"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"(?m)^#{1,6}[ \t]+(?<heading>.+?)[ \t]*#*\r?$", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M} _-]", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Punctuation();
}
