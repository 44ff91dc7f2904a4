namespace CanvasWeb.Web.Shell.Languages;

/// <summary>The languages that the site speaks or will: words are resource files beside each feature, and one that is missing falls back to English.</summary>
internal static class SiteLanguages
{
    public const string Default = "en";

    /// <summary>Culture names with what each language calls itself.</summary>
    public static IReadOnlyList<(string Culture, string Name)> All { get; } =
        [("en", "English"), ("pt", "Português"), ("it", "Italiano"), ("fr", "Français"), ("zh", "中文")];

    public static bool IsKnown(string culture) => All.Any(language => language.Culture == culture);
}
