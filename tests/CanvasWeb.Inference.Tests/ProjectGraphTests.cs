using System.Xml.Linq;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>The direction of dependencies, read from the project files. A project that does not exist yet is not checked.</summary>
public sealed class ProjectGraphTests
{
    /// <summary>Canvas ← Web → Contracts ← Inference → Diffusion → OnnxRuntime, and Imaging under Web, Inference and Diffusion.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["CanvasWeb.Canvas"] = [],
        ["CanvasWeb.Contracts"] = [],
        ["CanvasWeb.Imaging"] = [],
        ["CanvasWeb.OnnxRuntime"] = [],
        ["CanvasWeb.Diffusion"] = ["CanvasWeb.Imaging", "CanvasWeb.OnnxRuntime"],
        ["CanvasWeb.Inference"] = ["CanvasWeb.Contracts", "CanvasWeb.Diffusion", "CanvasWeb.Imaging"],
        ["CanvasWeb.Web"] = ["CanvasWeb.Canvas", "CanvasWeb.Contracts", "CanvasWeb.Imaging"],
    };

    [Fact]
    public void Projects_refer_only_to_what_the_design_lets_them()
    {
        var projects = Projects();
        Assert.Contains("CanvasWeb.Diffusion", projects.Keys);

        foreach (var (name, file) in projects)
        {
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no place in the design yet: say here what it may refer to.");
            Assert.Empty(References(file, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference)).Except(allowed, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Nothing_under_src_refers_to_tests()
    {
        foreach (var file in Projects().Values)
            Assert.DoesNotContain(References(file, "ProjectReference"), reference => reference.Contains("tests", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CanvasWeb.Canvas")]
    [InlineData("CanvasWeb.Contracts")]
    public void Pure_projects_have_no_packages(string name)
    {
        if (!Projects().TryGetValue(name, out var file))
            Assert.Skip($"There is no {name} yet.");

        Assert.Empty(References(file, "PackageReference"));
        Assert.Empty(References(file, "FrameworkReference"));
        Assert.Equal("Microsoft.NET.Sdk", XDocument.Load(file).Root?.Attribute("Sdk")?.Value);
    }

    [Theory]
    [InlineData("CanvasWeb.Diffusion")]
    [InlineData("CanvasWeb.Imaging")]
    [InlineData("CanvasWeb.OnnxRuntime")]
    public void The_engine_knows_neither_web_server_nor_database(string name)
    {
        var file = Projects()[name];

        Assert.Equal("Microsoft.NET.Sdk", XDocument.Load(file).Root?.Attribute("Sdk")?.Value);
        Assert.Empty(References(file, "FrameworkReference"));
        Assert.DoesNotContain(References(file, "PackageReference"), package => package.Contains("AspNetCore", StringComparison.Ordinal) || package.Contains("EntityFramework", StringComparison.Ordinal));
    }

    [Fact]
    public void Versions_stand_in_one_place_only()
    {
        foreach (var file in Directory.GetFiles(RepositoryFiles.Root, "*.csproj", SearchOption.AllDirectories).Where(IsOurs))
            Assert.DoesNotContain(XDocument.Load(file).Descendants("PackageReference"), reference => reference.Attribute("Version") != null || reference.Attribute("VersionOverride") != null);
    }

    private static Dictionary<string, string> Projects() =>
        Directory.GetFiles(RepositoryFiles.PathTo("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(IsOurs)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.Ordinal);

    private static bool IsOurs(string file) => !file.Contains("node_modules", StringComparison.Ordinal);

    // A reference without its output only orders the build: the site builds the worker that it starts as a process, and sees nothing of its code.
    private static IEnumerable<string> References(string file, string kind) =>
        XDocument.Load(file).Descendants(kind).Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false").Select(reference => reference.Attribute("Include")?.Value ?? "").Where(value => value.Length > 0).Select(value => value.Replace('\\', '/'));
}
