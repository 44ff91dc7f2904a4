using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Models;

/// <summary>The models in folders on disk.</summary>
/// <param name="variable">Value of <see cref="ModelCatalog.FoldersVariable"/>, or null.</param>
/// <param name="programFolder">Where the program lies.</param>
internal sealed class ModelLibrary(string? variable, string programFolder) : IModelLibrary
{
    private readonly ModelHash _hash = new();

    public IReadOnlyList<ModelDescription> List(string? folder, bool load, CancellationToken cancellationToken)
    {
        var descriptions = new List<ModelDescription>();
        foreach (var entry in Catalog(folder).List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var description = Describe(entry);
            descriptions.Add(load && entry.Result.IsModel ? Tried(description, entry.Result.Manifest, cancellationToken) : description);
        }

        return descriptions;
    }

    public string WhatIsMissing(string? folder) => NothingUsable(Catalog(folder));

    public LocatedModel Locate(ModelChoice choice)
    {
        var catalog = Catalog(choice.Folder);
        var entry = choice.Name is { } name ? Find(catalog, name) : Default(catalog);
        if (!entry.Result.IsModel)
            throw new CommandException(ExitCode.Model, "model_refused", $"The model {entry.Name} cannot be used: {entry.Result.Refusal}");

        var manifest = entry.Result.Manifest;
        return new LocatedModel(manifest, new ModelIdentity(manifest.Name, manifest.FamilyName, token => _hash.Compute(manifest, token)));
    }

    public void Check(ModelChoice choice, GenerationRequest request) => ModelFit.Check(Locate(choice).Manifest, request);

    public OpenedModel Open(ModelChoice choice, Action<string> log, CancellationToken cancellationToken)
    {
        var (manifest, identity) = Locate(choice);
        if (choice.Name == null && identity.Name != ModelNames.Default)
            log($"using {identity.Name}, the only model in {Path.GetDirectoryName(manifest.Folder)}");

        var options = new OnnxModelOptions { Provider = choice.Provider, Log = log };
        var pipeline = PipelineFactory.Load(manifest, options, null, cancellationToken);
        return new OpenedModel(pipeline, identity, pipeline.Info.Provider == ExecutionProvider.Cuda ? "cuda" : "cpu");
    }

    private ModelCatalog Catalog(string? folder)
    {
        if (folder == null)
            return new ModelCatalog(ModelCatalog.DefaultRoots(programFolder, variable));
        if (!Directory.Exists(folder))
            throw new CommandException(ExitCode.Model, "models_folder_missing", $"{folder}: there is no such folder; name the folder that holds the models' folders with --models.");
        return new ModelCatalog([folder]);
    }

    private ModelCatalogEntry Find(ModelCatalog catalog, string name)
    {
        if (catalog.Find(name) is { } found)
            return found;
        var usable = Usable(catalog);
        var nearest = ModelNames.Nearest(name, usable.Select(entry => entry.Name));
        throw new CommandException(
            ExitCode.Model,
            "model_not_found",
            nearest == null ? $"There is no model {name}. {WhatThereIs(catalog, usable)}" : $"There is no model {name}: did you mean {nearest}? {WhatThereIs(catalog, usable)}");
    }

    /// <summary>canvas-mini, else the only model there is. Several others: the person has to choose.</summary>
    private ModelCatalogEntry Default(ModelCatalog catalog)
    {
        var usable = Usable(catalog);
        return usable.Find(entry => entry.Name == ModelNames.Default)
            ?? (usable.Count == 1 ? usable[0] : null)
            ?? throw new CommandException(ExitCode.Model, "model_not_found", usable.Count > 0 ? $"There is no model {ModelNames.Default}. {WhatThereIs(catalog, usable)}" : NothingUsable(catalog));
    }

    private static List<ModelCatalogEntry> Usable(ModelCatalog catalog) => [.. catalog.List().Where(entry => entry.Result.IsModel)];

    /// <summary>A list to choose from; without any usable model, where they are looked for and what belongs there.</summary>
    private string WhatThereIs(ModelCatalog catalog, List<ModelCatalogEntry> usable) => usable.Count > 0
        ? $"Choose with --model from: {string.Join(", ", usable.Select(entry => entry.Name))}."
        : NothingUsable(catalog);

    private string NothingUsable(ModelCatalog catalog)
    {
        const string elsewhere = $"or name another place with --models or {ModelCatalog.FoldersVariable}";
        const string model = "the folder of a model (model_index.json and its ONNX graphs: canvas-mini, or an export of Stable Diffusion and its kin)";
        var refused = catalog.List().Count;
        var places = string.Join(" and ", catalog.Roots);
        return refused > 0 ? $"None of the {refused} in {places} can be used: the verb `models` says why."
            : catalog.Roots.Count > 0 ? $"No models are in {places}: put {model} there, {elsewhere}."
            : $"No folder named models lies in {programFolder} or above it: make one and put {model} there, {elsewhere}.";
    }

    private static ModelDescription Describe(ModelCatalogEntry entry)
    {
        if (!entry.Result.IsModel)
        {
            var refusal = entry.Result.Refusal;
            return new ModelDescription { Name = entry.Name, SizeBytes = FolderBytes(entry.Folder), Refusal = new UnusableReason(Relative(entry.Folder, refusal.File), $"{refusal.Reason} {refusal.Advice}".TrimEnd()) };
        }

        var manifest = entry.Result.Manifest;
        return new ModelDescription
        {
            Name = entry.Name,
            Family = manifest.FamilyName,
            NativeSize = Math.Max(manifest.NativeWidth, manifest.NativeHeight),
            Tasks = [.. manifest.Tasks().Order()],
            Schedulers = [.. ModelFit.Schedulers(manifest).Select(SchedulerNames.Name)],
            SizeBytes = manifest.Files.Sum(file => new FileInfo(file) is { Exists: true } info ? info.Length : 0),
        };
    }

    private static ModelDescription Tried(ModelDescription description, ModelManifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            using var pipeline = PipelineFactory.Load(manifest, new OnnxModelOptions { Provider = ExecutionProvider.Cpu }, null, cancellationToken);
            return description with { Tasks = [.. pipeline.Info.Tasks.Order()], WasLoaded = true };
        }
        catch (ModelFormatException exception)
        {
            return description with { Refusal = new UnusableReason(Relative(manifest.Folder, exception.File), exception.Reason) };
        }
        catch (OnnxModelException exception)
        {
            return description with { Refusal = new UnusableReason(Relative(manifest.Folder, exception.File), exception.Message) };
        }
#pragma warning disable CA1031 // Whatever one folder does, the others are listed too.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return description with { Refusal = new UnusableReason("folder", Failure.From(exception).Message) };
        }
    }

    private static string Relative(string folder, string file)
    {
        var relative = Path.GetRelativePath(folder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative == "." ? "folder" : relative;
    }

    private static long FolderBytes(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true }).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
