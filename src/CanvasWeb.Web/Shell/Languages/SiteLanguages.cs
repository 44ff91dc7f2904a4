using System.Collections.Immutable;
using System.Globalization;

namespace CanvasWeb.Web.Shell.Languages;

/// <summary>
/// The languages that the site speaks: English, and those that words were built for. Words are resource files beside each feature, and the
/// build makes a folder of each language from them (<c>fr/CanvasWeb.Web.resources.dll</c>), so a new file is all that a new language takes.
/// What a language has no word for shows in English.
/// </summary>
internal static class SiteLanguages
{
    public const string Default = "en";

    /// <summary>Culture names with what each language calls itself, English first.</summary>
    public static IReadOnlyList<(string Culture, string Name)> All { get; } = In(AppContext.BaseDirectory, typeof(SiteLanguages).Assembly.GetName().Name ?? "");

    public static bool IsKnown(string culture) => All.Any(language => language.Culture == culture);

    /// <summary>The languages whose words of an assembly lie in a folder.</summary>
    public static ImmutableArray<(string Culture, string Name)> In(string folder, string assembly) =>
    [
        Named(CultureInfo.GetCultureInfo(Default)),
        .. Directory.EnumerateFiles(folder, assembly + ".resources.dll", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(static file => Culture(Path.GetFileName(Path.GetDirectoryName(file))))
            .OfType<CultureInfo>()
            .Where(static culture => culture.Name != Default)
            .DistinctBy(static culture => culture.Name)
            .OrderBy(static culture => culture.Name, StringComparer.Ordinal)
            .Select(Named),
    ];

    private static (string Culture, string Name) Named(CultureInfo culture) => (culture.Name, culture.TextInfo.ToTitleCase(culture.NativeName));

    private static CultureInfo? Culture(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? null : CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
