using System.Reflection;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Prompts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation;

/// <summary>
/// The word lists that are in force: the built-in ones, then the folder's, then what admins changed. Compiled once and replaced as a whole, so a
/// check never waits and never sees half of a change.
/// </summary>
internal sealed class PromptPolicy(IDbContextFactory<AppDbContext> contexts, IOptions<ModerationOptions> options, ILogger<PromptPolicy> logger)
{
    /// <summary>What admins' lines have as their source.</summary>
    public const string Admin = "admin";

    private const int MaxFiles = 50;
    private const string Strict = "strict";
    private static readonly string[] s_languages = ["en", "pt", "it", "fr", "zh"];

    private readonly Lock _compiling = new();
    private volatile PolicyLists? _lists;
    private string _compiledFrom = "";

    /// <summary>The lists as they are now. Before the first <see cref="ReloadAsync"/> those of files.</summary>
    public PolicyLists Lists => _lists ?? Compile([]);

    /// <summary>Linear in the text's length; any thread.</summary>
    public PromptVerdict Check(string text) => text.Length == 0 ? PromptVerdict.Fine : Lists.Check(text);

    /// <summary>Reads folder and database again. Cheap where nothing changed: the lists are compiled only then.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        Compile(await db.Set<PolicyTerm>().AsNoTracking().OrderBy(static term => term.CreatedAt).ThenBy(static term => term.Id).ToListAsync(cancellationToken));
    }

    private PolicyLists Compile(IReadOnlyList<PolicyTerm> terms)
    {
        var (files, problems) = Files();
        lock (_compiling)
        {
            var from = string.Join('\n', files.Select(static file => file.Name + "\n" + file.Text).Concat(terms.Select(static term => $"{term.Category} {term.Removes} {term.Line}")));
            if (_lists is { } known && from == _compiledFrom)
                return known;
            var lines = new List<PolicyLine>();
            foreach (var (name, text) in files)
            {
                var (read, wrong) = PolicyFile.Read(name, text);
                lines.AddRange(read);
                problems.AddRange(wrong);
            }

            lines.AddRange(terms.Select(static term => PolicyFile.ReadLine(Admin, 0, term.Category, term.Removes ? "-" + term.Line : term.Line)));
            foreach (var problem in problems)
                logger.LogWarning("The word lists: {Problem}", problem);
            var lists = new PolicyLists(lines, problems);
            logger.LogInformation("The word lists have {Lines} lines in {Categories} categories", lists.Lines.Count, lists.Categories.Count);
            _compiledFrom = from;
            _lists = lists;
            return lists;
        }
    }

    // A file of the folder stands for the built-in one of the same name; others come after them, by name.
    private (List<(string Name, string Text)> Files, List<string> Problems) Files()
    {
        var own = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        if (options.Value.ListsFolder is { Length: > 0 } folder)
        {
            try
            {
                foreach (var path in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal).Take(MaxFiles))
                {
                    if (new FileInfo(path).Length > PolicyFile.MaxLength)
                        problems.Add($"{Path.GetFileName(path)}: has more than {PolicyFile.MaxLength} bytes and is left out.");
                    else
                        own[Path.GetFileName(path)] = File.ReadAllText(path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add($"The folder Moderation:ListsFolder cannot be read: {error.Message}");
            }
        }

        var files = new List<(string, string)>();
        string[] lists = options.Value.Strict ? [.. s_languages, Strict] : s_languages;
        foreach (var list in lists)
        {
            var name = list + ".txt";
            files.Add((name, own.Remove(name, out var replaced) ? replaced : BuiltIn(name)));
        }

        // Lies there for when it is wanted.
        if (!options.Value.Strict)
            own.Remove(Strict + ".txt");
        files.AddRange(own.Select(static file => (file.Key, file.Value)));
        return (files, problems);
    }

    private static string BuiltIn(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The list {name} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
