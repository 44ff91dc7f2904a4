namespace CanvasWeb.Diffusion.Models;

/// <summary>The parts that a model folder really has, by the names that pipelines use.</summary>
internal sealed class FoundParts
{
    private const int MaxFilesPerPart = 256;
    private const string ExportAdvice = "Export the model to ONNX with Optimum: optimum-cli export onnx --model FOLDER OUTPUT.";

    private FoundParts(string indexFile) => Files = [indexFile];

    public Dictionary<string, ModelComponent> Graphs { get; } = new(StringComparer.Ordinal);

    /// <summary>Folders.</summary>
    public Dictionary<string, string> Tokenizers { get; } = new(StringComparer.Ordinal);

    /// <summary>Files.</summary>
    public Dictionary<string, string> Schedulers { get; } = new(StringComparer.Ordinal);

    /// <summary>Files.</summary>
    public Dictionary<string, string> Preprocessors { get; } = new(StringComparer.Ordinal);

    /// <summary>Every file of every part, and the index.</summary>
    public List<string> Files { get; }

    /// <param name="folder">The model's, full path.</param>
    /// <param name="declared">Names of the index, true where it says that the part is there.</param>
    /// <exception cref="RefusedException">A part is missing.</exception>
    public static FoundParts Find(string folder, string indexFile, IEnumerable<Part> parts, IReadOnlyDictionary<string, bool> declared)
    {
        var found = new FoundParts(indexFile);
        var priorFolder = KandinskyPriorFolder(folder);
        foreach (var part in parts)
        {
            var isDeclared = declared.TryGetValue(part.Name, out var present);
            if (isDeclared && !present)
            {
                if (part.Required)
                    throw new RefusedException(ModelRefusalCode.ComponentMissing, indexFile, $"leaves out {part.Name} on purpose ([null, null]), but the pipeline cannot do without.", "Copy the whole export, or export the model again.");
                continue;
            }

            string[] names = part.Folders.Length == 0 ? [part.Name] : part.Folders;
            var place = names.Select(name => PlaceOf(folder, priorFolder, name)).FirstOrDefault(place => place is not null && File.Exists(Path.Combine(place, part.MainFile)));
            if (place is not null)
                found.Add(part, place);
            else if (part.Required || (isDeclared && part.Kind != PartKind.Preprocessor))
                throw Missing(folder, part, names[0]);
        }

        return found;
    }

    /// <summary>A folder without an index: PyTorch's files have an advice of their own.</summary>
    public static RefusedException NoIndex(string folder, string indexFile)
    {
        var checkpoint = Directory.EnumerateFiles(folder).FirstOrDefault(IsTorchWeights);
        return checkpoint is null
            ? new RefusedException(ModelRefusalCode.IndexMissing, indexFile, "does not exist.", "A model folder is an export of the diffusers layout: choose the folder that holds model_index.json.")
            : new RefusedException(ModelRefusalCode.NotOnnx, checkpoint, "holds PyTorch weights, and there is no model_index.json.", ExportAdvice);
    }

    private void Add(Part part, string place)
    {
        var mainFile = Path.Combine(place, part.MainFile);
        switch (part.Kind)
        {
            case PartKind.Graph:
                var config = Path.Combine(place, "config.json");
                Graphs.Add(part.Name, new ModelComponent(part.Name, mainFile, File.Exists(config) ? config : null));
                AddAll(place);
                break;
            case PartKind.Tokenizer:
                if (!File.Exists(Path.Combine(place, "merges.txt")))
                    throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(place, "merges.txt"), "does not exist, but vocab.json does.", "Both make the tokenizer: copy the whole folder of the export.");
                Tokenizers.Add(part.Name, place);
                AddAll(place);
                break;
            case PartKind.Scheduler:
                Schedulers.Add(part.Name, mainFile);
                Files.Add(mainFile);
                break;
            case PartKind.Preprocessor:
                Preprocessors.Add(part.Name, mainFile);
                Files.Add(mainFile);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void AddAll(string place)
    {
        var files = Directory.EnumerateFiles(place).Where(file => !Path.GetFileName(file).StartsWith('.')).Take(MaxFilesPerPart + 1).ToList();
        if (files.Count > MaxFilesPerPart)
            throw new RefusedException(ModelRefusalCode.TooLarge, place, FormattableString.Invariant($"has more than {MaxFilesPerPart} files."));
        Files.AddRange(files);
    }

    private static string? PlaceOf(string folder, string? priorFolder, string name)
    {
        if (!name.StartsWith(FamilyParts.InPrior, StringComparison.Ordinal))
            return Path.Combine(folder, name);
        return priorFolder is null ? null : Path.Combine(priorFolder, name[FamilyParts.InPrior.Length..]);
    }

    /// <summary>Kandinsky 2.2 is published as two folders, decoder and prior; nobody else's parts are looked for there.</summary>
    private static string? KandinskyPriorFolder(string folder)
    {
        var inside = Path.Combine(folder, "prior");
        if (File.Exists(Path.Combine(inside, "model_index.json")))
            return inside;
        var at = folder.LastIndexOf("-decoder", StringComparison.Ordinal);
        var beside = at < 0 ? null : folder[..at] + "-prior";
        return beside is not null && File.Exists(Path.Combine(beside, "model_index.json")) ? beside : null;
    }

    private static RefusedException Missing(string folder, Part part, string name)
    {
        var file = Path.Combine(folder, name, part.MainFile);

        // vae/ is where PyTorch exports keep what ONNX exports split into vae_encoder/ and vae_decoder/; movq/ likewise.
        foreach (var candidate in new[] { name, name.Split('_')[0], part.Name.StartsWith("prior_", StringComparison.Ordinal) ? part.Name[6..] : name })
        {
            var place = Path.Combine(folder, candidate);
            if (part.Kind == PartKind.Graph && Directory.Exists(place) && Directory.EnumerateFiles(place).FirstOrDefault(IsTorchWeights) is { } weights)
                return new RefusedException(ModelRefusalCode.NotOnnx, weights, $"holds PyTorch weights, but {name} is needed as ONNX ({Path.Combine(name, "model.onnx")}).", ExportAdvice);
        }

        if (part.Kind == PartKind.Tokenizer && File.Exists(Path.Combine(folder, name, "tokenizer.json")))
            return new RefusedException(ModelRefusalCode.ComponentMissing, file, "does not exist; tokenizer.json alone is not enough.", "Copy vocab.json and merges.txt of the original model into that folder.");
        return new RefusedException(ModelRefusalCode.ComponentMissing, file, "does not exist, but the pipeline needs it.", "Copy the whole export, or export the model again.");
    }

    private static bool IsTorchWeights(string file) => Path.GetExtension(file) is ".safetensors" or ".bin" or ".pt" or ".pth" or ".ckpt";
}
