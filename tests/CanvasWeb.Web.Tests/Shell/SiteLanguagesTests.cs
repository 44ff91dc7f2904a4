using CanvasWeb.Web.Shell.Languages;

namespace CanvasWeb.Web.Tests.Shell;

public sealed class SiteLanguagesTests
{
    [Fact]
    public void Languages_are_those_that_words_were_built_for()
    {
        var folder = Directory.CreateTempSubdirectory("canvasweb-languages-");
        try
        {
            foreach (var file in new[] { "pt/Site.resources.dll", "fr/Site.resources.dll", "it/Other.resources.dll", "plugins/Site.resources.dll", "zh/deeper/Site.resources.dll" })
            {
                var path = Path.Combine(folder.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
                File.WriteAllBytes(path, []);
            }

            Assert.Equal([("en", "English"), ("fr", "Français"), ("pt", "Português")], SiteLanguages.In(folder.FullName, "Site"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Each_resource_file_of_another_language_is_a_language_of_the_site()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "CanvasWeb.sln")))
            root = root.Parent;
        var site = Path.Combine(root?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository."), "src", "CanvasWeb.Web");
        var written = Directory.EnumerateFiles(site, "*Text.*.resx", SearchOption.AllDirectories).Select(static file => Path.GetFileNameWithoutExtension(file).Split('.')[^1]);
        Assert.Equal(written.Append(SiteLanguages.Default).Distinct().Order(StringComparer.Ordinal), SiteLanguages.All.Select(static language => language.Culture).Order(StringComparer.Ordinal));
    }
}
