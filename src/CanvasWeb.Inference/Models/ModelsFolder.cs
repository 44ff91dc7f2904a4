namespace CanvasWeb.Inference.Models;

/// <summary>Where models are looked for.</summary>
internal static class ModelsFolder
{
    public const string Variable = "CANVASWEB_MODELS";

    /// <summary>The first of: what was asked for, the environment variable, `models` beside the program, `models` of the repository around the program.</summary>
    /// <param name="asked"><c>--models</c>; null was not given.</param>
    /// <param name="variable">Value of <see cref="Variable"/>; null or empty is not set.</param>
    /// <param name="programFolder">Where the program lies.</param>
    /// <returns>A path that need not exist; null when nothing was named and nothing was found.</returns>
    public static string? Find(string? asked, string? variable, string programFolder)
    {
        if (asked != null)
            return asked;
        if (!string.IsNullOrEmpty(variable))
            return variable;
        for (var folder = new DirectoryInfo(programFolder); folder != null; folder = folder.Parent)
        {
            // Only beside the program itself or beside our solution: some other `models` further up is not ours.
            var isCandidate = folder.FullName == new DirectoryInfo(programFolder).FullName || File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln"));
            var models = Path.Combine(folder.FullName, "models");
            if (isCandidate && Directory.Exists(models))
                return models;
        }

        return null;
    }
}
