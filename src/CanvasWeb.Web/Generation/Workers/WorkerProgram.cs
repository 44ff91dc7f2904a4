namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Finds the worker's executable.</summary>
internal static class WorkerProgram
{
    private const string Name = "CanvasWeb.Inference";

    /// <summary>The one that is configured, else beside the site (published), else in its project's output folder (a checkout). Null if there is none.</summary>
    public static string? Find(string configured)
    {
        if (configured.Length != 0)
            return File.Exists(configured) ? Path.GetFullPath(configured) : null;
        var file = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        var here = AppContext.BaseDirectory;
        var beside = Path.Combine(here, file);
        if (File.Exists(beside))
            return beside;

        // .../src/CanvasWeb.Web/bin/Debug/net10.0/ : the same below the worker's project, so that Debug starts Debug.
        var output = new DirectoryInfo(here);
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
                continue;
            var built = Path.Combine(folder.FullName, "src", Name, "bin", output.Parent?.Name ?? "Debug", output.Name, file);
            return File.Exists(built) ? built : null;
        }

        return null;
    }
}
