using System.Text.Json;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// Reads a model folder of the diffusers or Optimum ONNX layout into a <see cref="ModelManifest"/>, or says why not. Only small
/// files are read here: a graph is checked when its session is loaded (<see cref="ModelManifest.Load"/>).
/// </summary>
public static class ModelFolder
{
    /// <summary>Reads the folder's small files and looks that every part is there.</summary>
    /// <param name="path">The folder that holds <c>model_index.json</c>.</param>
    public static ModelFolderResult Open(string path)
    {
        try
        {
            return ModelFolderResult.Of(Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))));
        }
        catch (RefusedException exception)
        {
            return ModelFolderResult.Refused(exception.Refusal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ModelFolderResult.Refused(new ModelRefusal(ModelRefusalCode.Unreadable, path, $"cannot be read ({exception.Message}).", ""));
        }
    }

    private static ModelManifest Read(string folder)
    {
        // 1. The index.
        if (!Directory.Exists(folder))
            throw new RefusedException(ModelRefusalCode.FolderMissing, folder, "is not a folder.", "Check the path.");
        var indexFile = Path.Combine(folder, "model_index.json");
        if (!File.Exists(indexFile))
            throw FoundParts.NoIndex(folder, indexFile);
        var index = ConfigFile.Read(indexFile);
        var className = index.Text("_class_name", 100)
            ?? throw new RefusedException(ModelRefusalCode.InvalidValue, indexFile, "has no \"_class_name\", so the pipeline is unknown.");
        var family = FamilyParts.FamilyOf(className) ?? throw UnknownClass(indexFile, className);

        // The refiner goes by the base model's class. It has one text encoder, and an aesthetics score in the place of a time id.
        if (family == ModelFamily.StableDiffusionXl && (index.Bool("requires_aesthetics_score") ?? false))
            throw new RefusedException(ModelRefusalCode.UnknownClass, indexFile, "is an SDXL refiner (\"requires_aesthetics_score\"), which does not run here.", "Open the base model: it draws whole pictures by itself.");

        // 2. The parts, where the family may have them.
        var parts = FoundParts.Find(folder, indexFile, FamilyParts.Of(family, className), Declared(index));

        // 3. The numbers.
        return new ManifestReader(folder, family, index, parts).Read();
    }

    private static RefusedException UnknownClass(string indexFile, string className) => className.StartsWith("KandinskyV22Prior", StringComparison.Ordinal)
        ? new RefusedException(ModelRefusalCode.UnknownClass, indexFile, $"is the prior alone ({className}).", "Open the folder of the decoder; the prior is found in its folder \"prior\", or beside it as NAME-prior for NAME-decoder.")
        : new RefusedException(ModelRefusalCode.UnknownClass, indexFile, $"is for {className}, which is not among the pipelines that run here.", $"These run: {string.Join(", ", FamilyParts.Classes)}.");

    /// <summary>Part names of the index, true where the part is there; null and [null, null] mean that it was left out on purpose. canvas-mini keeps them one level down, in "parts".</summary>
    private static Dictionary<string, bool> Declared(ConfigFile index)
    {
        var result = new Dictionary<string, bool>(StringComparer.Ordinal);
        var pairs = index.Fields.Where(field => field.Value.ValueKind == JsonValueKind.Array && IsPair(field.Value));
        if (index.Find("parts") is { } parts)
        {
            if (parts.ValueKind != JsonValueKind.Object)
                throw index.Wrong("parts", parts, "an object of parts");
            pairs = pairs.Concat(parts.EnumerateObject());
        }

        foreach (var pair in pairs)
        {
            if (pair.Name.Length is 0 or > 64 || !pair.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
                throw new RefusedException(ModelRefusalCode.PathOutside, index.File, $"names a part \"{(pair.Name.Length <= 64 ? pair.Name : pair.Name[..64] + "...")}\", which is not a plain folder name.", "Parts lie in folders of the model's own folder.");
            if (pair.Value.ValueKind != JsonValueKind.Array || !IsPair(pair.Value))
                throw index.Wrong(pair.Name, pair.Value, "a pair of library and class");
            result[pair.Name] = pair.Value[1].ValueKind != JsonValueKind.Null;
        }

        foreach (var name in GraphContract.Components)
        {
            if (index.Find(name) is { } value && !result.ContainsKey(name))
                throw index.Wrong(name, value, "a pair of library and class");
        }

        return result;

        static bool IsPair(JsonElement value) =>
            value.GetArrayLength() == 2 && value[0].ValueKind is JsonValueKind.String or JsonValueKind.Null && value[1].ValueKind is JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Object;
    }
}
