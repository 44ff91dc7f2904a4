namespace CanvasWeb.Diffusion.Models;

/// <summary>The models below some folders, refused ones included: the list that a person sees.</summary>
/// <param name="roots">Folders that hold model folders, or are one. Earlier ones win where a name occurs twice. Missing ones are empty.</param>
public sealed class ModelCatalog(IReadOnlyList<string> roots)
{
    /// <summary>Model folders, separated as in PATH, looked in before the default ones.</summary>
    public const string FoldersVariable = "CANVASWEB_MODELS";

    /// <summary>Folders of one root that are looked at. Nobody keeps more models; somebody may point it at a home directory.</summary>
    private const int MaxFolders = 1000;

    public IReadOnlyList<string> Roots { get; } = roots;

    /// <summary>
    /// Where models lie when nobody says: the folders of <see cref="FoldersVariable"/>, then <c>models/</c> beside <paramref name="start"/> or
    /// above it (in the repository, or beside an installed program).
    /// </summary>
    /// <param name="start">The program's folder, usually <c>AppContext.BaseDirectory</c>.</param>
    /// <param name="variable">The value of <see cref="FoldersVariable"/>, or null.</param>
    public static IReadOnlyList<string> DefaultRoots(string start, string? variable)
    {
        List<string> result = [.. (variable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(models))
            {
                result.Add(models);
                break;
            }
        }

        return result;
    }

    /// <summary>Looks anew, so that a model that was just copied in appears. In order of roots and names.</summary>
    public IReadOnlyList<ModelCatalogEntry> List()
    {
        var result = new List<ModelCatalogEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in Roots.SelectMany(Candidates))
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
            var opened = names.Add(name)
                ? ModelFolder.Open(folder)
                : ModelFolderResult.Refused(new ModelRefusal(ModelRefusalCode.NameTaken, folder, $"has the name of a model in an earlier folder ({name}).", "Rename one of them."));
            result.Add(new ModelCatalogEntry(name, folder, opened));
        }

        return result;
    }

    /// <summary>A model by its name in the list, or by the path of its folder; null where there is neither.</summary>
    public ModelCatalogEntry? Find(string nameOrPath) =>
        List().FirstOrDefault(entry => entry.Name == nameOrPath && entry.Result.Refusal?.Code != ModelRefusalCode.NameTaken)
        ?? (Directory.Exists(nameOrPath) ? new ModelCatalogEntry(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(nameOrPath))), Path.GetFullPath(nameOrPath), ModelFolder.Open(nameOrPath)) : null);

    private static IEnumerable<string> Candidates(string root)
    {
        if (File.Exists(Path.Combine(root, "model_index.json")))
            return [Path.GetFullPath(root)];
        try
        {
            return Directory.Exists(root)
                ? [.. Directory.EnumerateDirectories(Path.GetFullPath(root)).Take(MaxFolders).Where(LooksLikeModel).Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Other folders (training recipes, notes) are passed over in silence; one with weights but no index is listed with the reason.</summary>
    private static bool LooksLikeModel(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, "model_index.json"))
                || File.Exists(Path.Combine(folder, "unet", "model.onnx"))
                || Directory.EnumerateFiles(folder).Any(file => Path.GetExtension(file) is ".onnx" or ".safetensors" or ".ckpt");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>One folder of a catalog.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Folder">Full path.</param>
/// <param name="Result">What it is, or why it is refused.</param>
public sealed record ModelCatalogEntry(string Name, string Folder, ModelFolderResult Result);
