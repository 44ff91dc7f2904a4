namespace CanvasWeb.Testing;

/// <summary>The way to files of the repository, found by walking up from the test program to the solution.</summary>
public static class RepositoryFiles
{
    /// <summary>The folder with <c>CanvasWeb.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path inside the repository.</summary>
    public static string PathTo(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>A path in the folder of shared material beside the repository, which not every machine has.</summary>
    /// <returns>Null where it is absent: skip the test.</returns>
    public static string? Shared(string name)
    {
        var path = Path.Combine(Root, "..", "shared", name);
        return Path.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"There is no CanvasWeb.sln above {AppContext.BaseDirectory}: run the tests from a build inside the repository.");
    }
}
