using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CanvasWeb.Web.Tests.Shell;

/// <summary>A missing key shows its own name to people, and nothing else notices.</summary>
public sealed partial class WordsTests
{
    private static readonly string s_root = FindRoot();

    [Theory]
    [InlineData("Shell", "ShellText")]
    [InlineData("Shell/Landing", "LandingText")]
    [InlineData("Boards/Page", "BoardText")]
    [InlineData("Boards", "BoardsText")]
    [InlineData("Accounts", "AccountsText")]
    [InlineData("Credits", "CreditsText")]
    [InlineData("ApiKeys/Page", "../ApiKeysText")]
    [InlineData("Webhooks/Page", "../WebhooksText")]
    [InlineData("OpenAi/Docs", "DocsText")]
    public void Every_key_that_a_page_asks_for_is_in_its_resource_file(string folder, string resource)
    {
        var path = Path.Combine(s_root, "src", "CanvasWeb.Web", folder);
        var known = Keys(Path.Combine(path, resource + ".resx"));
        // Folders inside belong to the same words, but for those that have words of their own.
        var files = Directory.EnumerateFiles(path, "*.*", folder is "Shell" or "Accounts" or "Credits" ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Where(static file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => folder != "Shell" || !file.Contains("Landing", StringComparison.Ordinal));
        var asked = files.SelectMany(static file => AskedKey().Matches(File.ReadAllText(file)).Select(static match => match.Groups["key"].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, key => !known.Contains(key) && !known.Any(name => key.EndsWith('_') && name.StartsWith(key, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_key_that_the_canvas_asks_for_is_in_its_resource_file()
    {
        var known = Keys(Path.Combine(s_root, "src", "CanvasWeb.Web", "Boards", "Page", "CanvasText.resx"));
        var canvas = Path.Combine(s_root, "wwwroot", "js", "canvas");
        var asked = Directory.EnumerateFiles(canvas, "*.js", SearchOption.AllDirectories)
            .SelectMany(static file => CanvasKey().Matches(File.ReadAllText(file)).Select(static match => match.Groups["key"].Value))
            .Concat(OverlayKey().Matches(File.ReadAllText(Path.Combine(canvas, "overlay", "text.js"))).Select(static match => match.Groups["key"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(asked.Count > 40, "The patterns of this test find no keys any more.");
        Assert.Empty(asked.Except(known));
    }

    private static HashSet<string> Keys(string resx) =>
        [.. XDocument.Load(resx).Root!.Elements("data").Select(static data => data.Attribute("name")!.Value)]; // what a resource file has, or this throws

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository.");
    }

    // Code that builds a key from a beginning has words of its own for one that is missing; pages have not.
    [GeneratedRegex("""\bT\["(?<key>[A-Za-z_]+)"[\],\s]|\btext\["(?<key>[A-Za-z_]+)"[\],]""", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AskedKey();

    [GeneratedRegex("""(?:\.text|\bentry)\('(?<key>\w+)'""", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CanvasKey();

    [GeneratedRegex("""^  (?<key>\w+): '""", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OverlayKey();
}
