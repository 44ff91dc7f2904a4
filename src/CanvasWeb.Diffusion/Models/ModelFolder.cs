using System.Text.Json;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// Reads a model folder of the diffusers or Optimum ONNX layout into a <see cref="ModelManifest"/>, or says why not. Only small
/// files are read here: a graph is checked when its session is loaded (<see cref="ModelManifest.Load"/>).
/// </summary>
public static class ModelFolder
{
    private const int MaxPixels = 8192;
    private const int MaxWidth = 65_536;
    private const int MaxFilesPerPart = 256;

    /// <summary>Enough for every published export, and small enough that sizes computed from it stay far from overflow.</summary>
    private const int MaxChannels = 256;

    /// <summary>A pipeline class, in diffusers' or Optimum's spelling, and what it is.</summary>
    private static readonly Dictionary<string, ModelFamily> Families = new(StringComparer.Ordinal)
    {
        ["StableDiffusionPipeline"] = ModelFamily.StableDiffusion,
        ["StableDiffusionImg2ImgPipeline"] = ModelFamily.StableDiffusion,
        ["StableDiffusionInpaintPipeline"] = ModelFamily.StableDiffusion,
        ["StableDiffusionInpaintPipelineLegacy"] = ModelFamily.StableDiffusion,
        ["LatentConsistencyModelPipeline"] = ModelFamily.StableDiffusion,
        ["LatentConsistencyModelImg2ImgPipeline"] = ModelFamily.StableDiffusion,
        ["StableDiffusionXLPipeline"] = ModelFamily.StableDiffusionXl,
        ["StableDiffusionXLImg2ImgPipeline"] = ModelFamily.StableDiffusionXl,
        ["StableDiffusionXLInpaintPipeline"] = ModelFamily.StableDiffusionXl,
        ["UnCLIPPipeline"] = ModelFamily.UnClip,
        ["UnCLIPImageVariationPipeline"] = ModelFamily.UnClip,
        ["KandinskyV22Pipeline"] = ModelFamily.Kandinsky22,
        ["KandinskyV22Img2ImgPipeline"] = ModelFamily.Kandinsky22,
        ["KandinskyV22InpaintPipeline"] = ModelFamily.Kandinsky22,
        ["KandinskyV22CombinedPipeline"] = ModelFamily.Kandinsky22,
        ["KandinskyV22Img2ImgCombinedPipeline"] = ModelFamily.Kandinsky22,
        ["KandinskyV22InpaintCombinedPipeline"] = ModelFamily.Kandinsky22,
        ["CanvasMiniInpaintPipeline"] = ModelFamily.CanvasMini,
        ["UnCLIPInpaintPipeline"] = ModelFamily.CanvasMini,
    };

    private enum PartKind
    {
        Graph,
        Tokenizer,
        Scheduler,
        Preprocessor,
    }

    /// <summary>A part of a family: where it may lie, and whether the pipeline can do without.</summary>
    private sealed record Part(string Name, PartKind Kind, bool Required, params string[] Folders);

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

    /// <summary>The diffusers name of a class: Optimum writes ORTStableDiffusionPipeline, older diffusers OnnxStableDiffusionPipeline.</summary>
    private static string PlainClass(string className) =>
        className.StartsWith("ORT", StringComparison.Ordinal) ? className[3..]
        : className.StartsWith("Onnx", StringComparison.Ordinal) ? className[4..]
        : className;

    private static ModelManifest Read(string folder)
    {
        // 1. The index.
        if (!Directory.Exists(folder))
            throw new RefusedException(ModelRefusalCode.FolderMissing, folder, "is not a folder.", "Check the path.");
        var indexFile = Path.Combine(folder, "model_index.json");
        if (!File.Exists(indexFile))
            throw NoIndex(folder, indexFile);
        var index = ConfigFile.Read(indexFile);
        var className = index.Text("_class_name", 100)
            ?? throw new RefusedException(ModelRefusalCode.InvalidValue, indexFile, "has no \"_class_name\", so the pipeline is unknown.");
        if (!Families.TryGetValue(PlainClass(className), out var family))
        {
            throw className.StartsWith("KandinskyV22Prior", StringComparison.Ordinal)
                ? new RefusedException(ModelRefusalCode.UnknownClass, indexFile, $"is the prior alone ({className}).", "Open the folder of the decoder; the prior is found in its folder \"prior\", or beside it as NAME-prior for NAME-decoder.")
                : new RefusedException(ModelRefusalCode.UnknownClass, indexFile, $"is for {className}, which is not among the pipelines that run here.", $"These run: {string.Join(", ", Families.Keys)}.");
        }

        // The refiner goes by the base model's class. It has one text encoder, and an aesthetics score in the place of a time id.
        if (family == ModelFamily.StableDiffusionXl && (index.Bool("requires_aesthetics_score") ?? false))
            throw new RefusedException(ModelRefusalCode.UnknownClass, indexFile, "is an SDXL refiner (\"requires_aesthetics_score\"), which does not run here.", "Open the base model: it draws whole pictures by itself.");

        // 2. What it says is there. null and [null, null] mean that a part was left out on purpose.
        var declared = Declared(index);

        // 3. The parts, where the family may have them.
        var priorFolder = family == ModelFamily.Kandinsky22 ? KandinskyPriorFolder(folder) : null;
        var graphs = new Dictionary<string, ModelComponent>(StringComparer.Ordinal);
        var tokenizers = new Dictionary<string, string>(StringComparer.Ordinal);
        var schedulers = new Dictionary<string, string>(StringComparer.Ordinal);
        var preprocessors = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new List<string> { indexFile };
        foreach (var part in PartsOf(family, PlainClass(className)))
        {
            var isDeclared = declared.TryGetValue(part.Name, out var present);
            if (isDeclared && !present)
            {
                if (part.Required)
                    throw new RefusedException(ModelRefusalCode.ComponentMissing, indexFile, $"leaves out {part.Name} on purpose ([null, null]), but the pipeline cannot do without.", "Copy the whole export, or export the model again.");
                continue;
            }

            var candidates = part.Folders.Length == 0 ? [part.Name] : part.Folders;
            var found = candidates.Select(name => name.StartsWith("PRIOR/", StringComparison.Ordinal) ? priorFolder is null ? null : Path.Combine(priorFolder, name[6..]) : Path.Combine(folder, name))
                .FirstOrDefault(candidate => candidate is not null && File.Exists(Path.Combine(candidate, MainFile(part.Kind))));
            if (found is null)
            {
                if (part.Required || (isDeclared && part.Kind != PartKind.Preprocessor))
                    throw Missing(folder, part, candidates[0]);
                continue;
            }

            switch (part.Kind)
            {
                case PartKind.Graph:
                    var config = Path.Combine(found, "config.json");
                    graphs.Add(part.Name, new ModelComponent(part.Name, Path.Combine(found, "model.onnx"), File.Exists(config) ? config : null));
                    AddAll(files, found);
                    break;
                case PartKind.Tokenizer:
                    if (!File.Exists(Path.Combine(found, "merges.txt")))
                        throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(found, "merges.txt"), "does not exist, but vocab.json does.", "Both make the tokenizer: copy the whole folder of the export.");
                    tokenizers.Add(part.Name, found);
                    AddAll(files, found);
                    break;
                case PartKind.Scheduler:
                    schedulers.Add(part.Name, Path.Combine(found, "scheduler_config.json"));
                    files.Add(schedulers[part.Name]);
                    break;
                case PartKind.Preprocessor:
                    preprocessors.Add(part.Name, Path.Combine(found, "preprocessor_config.json"));
                    files.Add(preprocessors[part.Name]);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        // 4. The numbers.
        return Manifest(folder, family, className, index, graphs, tokenizers, schedulers, preprocessors, files);
    }

    private static IEnumerable<Part> PartsOf(ModelFamily family, string className)
    {
        Part Graph(string name, bool required, params string[] folders) => new(name, PartKind.Graph, required, folders);
        Part Tokenizer(string name, bool required = true, params string[] folders) => new(name, PartKind.Tokenizer, required, folders);
        Part Scheduler(string name, bool required = true, params string[] folders) => new(name, PartKind.Scheduler, required, folders);
        var isVariation = className == "UnCLIPImageVariationPipeline";
        return family switch
        {
            ModelFamily.StableDiffusion =>
            [
                Graph("text_encoder", true), Graph("unet", true), Graph("vae_decoder", true), Graph("vae_encoder", false),
                Graph("preview_decoder", false), Graph("upscaler", false), Tokenizer("tokenizer"), Scheduler("scheduler"),
            ],
            ModelFamily.StableDiffusionXl =>
            [
                Graph("text_encoder", true), Graph("text_encoder_2", true), Graph("unet", true), Graph("vae_decoder", true), Graph("vae_encoder", false),
                Graph("preview_decoder", false), Graph("upscaler", false), Tokenizer("tokenizer"), Tokenizer("tokenizer_2"), Scheduler("scheduler"),
            ],
            ModelFamily.UnClip =>
            [
                Graph("text_encoder", true), Graph("text_proj", true), Graph("prior", !isVariation), Graph("decoder", true), Graph("super_res_first", true),
                Graph("super_res_last", false), Graph("image_encoder", isVariation), Graph("preview_decoder", false), Graph("upscaler", false),
                Tokenizer("tokenizer"), Scheduler("prior_scheduler", !isVariation), Scheduler("decoder_scheduler"), Scheduler("super_res_scheduler"),
                new Part("feature_extractor", PartKind.Preprocessor, false),
            ],
            ModelFamily.Kandinsky22 =>
            [
                Graph("unet", true), Graph("movq_decoder", true, "movq_decoder", "vae_decoder"), Graph("movq_encoder", false, "movq_encoder", "vae_encoder"),
                Graph("prior_prior", true, "prior_prior", "PRIOR/prior", "prior"), Graph("prior_text_encoder", true, "prior_text_encoder", "PRIOR/text_encoder", "text_encoder"),
                Graph("prior_image_encoder", false, "prior_image_encoder", "PRIOR/image_encoder", "image_encoder"), Graph("preview_decoder", false), Graph("upscaler", false),
                Tokenizer("prior_tokenizer", true, "prior_tokenizer", "PRIOR/tokenizer", "tokenizer"), Scheduler("scheduler"),
                Scheduler("prior_scheduler", true, "prior_scheduler", "PRIOR/scheduler"),
                new Part("prior_image_processor", PartKind.Preprocessor, false, "prior_image_processor", "PRIOR/image_processor", "image_processor"),
            ],
            ModelFamily.CanvasMini =>
            [
                Graph("text_encoder", true), Graph("unet", true), Graph("vae_decoder", true), Graph("vae_encoder", true), Graph("prior", false), Graph("image_encoder", false),
                Graph("preview_decoder", false), Graph("upscaler", false), Tokenizer("tokenizer"), Scheduler("scheduler"), Scheduler("prior_scheduler", false),
                new Part("feature_extractor", PartKind.Preprocessor, false),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The file that makes a folder a part of its kind.</summary>
    private static string MainFile(PartKind kind) => kind switch
    {
        PartKind.Graph => "model.onnx",
        PartKind.Tokenizer => "vocab.json",
        PartKind.Scheduler => "scheduler_config.json",
        PartKind.Preprocessor => "preprocessor_config.json",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Part names of the index, true where the part is there. canvas-mini keeps them one level down, in "parts".</summary>
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

    /// <summary>Kandinsky 2.2 is published as two folders, decoder and prior.</summary>
    private static string? KandinskyPriorFolder(string folder)
    {
        var inside = Path.Combine(folder, "prior");
        if (File.Exists(Path.Combine(inside, "model_index.json")))
            return inside;
        var at = folder.LastIndexOf("-decoder", StringComparison.Ordinal);
        var beside = at < 0 ? null : folder[..at] + "-prior";
        return beside is not null && File.Exists(Path.Combine(beside, "model_index.json")) ? beside : null;
    }

    private static void AddAll(List<string> files, string folder)
    {
        var found = Directory.EnumerateFiles(folder).Where(file => !Path.GetFileName(file).StartsWith('.')).Take(MaxFilesPerPart + 1).ToList();
        if (found.Count > MaxFilesPerPart)
            throw new RefusedException(ModelRefusalCode.TooLarge, folder, FormattableString.Invariant($"has more than {MaxFilesPerPart} files."));
        files.AddRange(found);
    }

    private static RefusedException NoIndex(string folder, string indexFile)
    {
        var checkpoint = Directory.EnumerateFiles(folder).FirstOrDefault(IsTorchWeights);
        return checkpoint is null
            ? new RefusedException(ModelRefusalCode.IndexMissing, indexFile, "does not exist.", "A model folder is an export of the diffusers layout: choose the folder that holds model_index.json.")
            : new RefusedException(ModelRefusalCode.NotOnnx, checkpoint, "holds PyTorch weights, and there is no model_index.json.", ExportAdvice);
    }

    private const string ExportAdvice = "Export the model to ONNX with Optimum: optimum-cli export onnx --model FOLDER OUTPUT.";

    private static RefusedException Missing(string folder, Part part, string name)
    {
        var file = Path.Combine(folder, name, MainFile(part.Kind));

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

    private static ModelManifest Manifest(
        string folder,
        ModelFamily family,
        string className,
        ConfigFile index,
        Dictionary<string, ModelComponent> graphs,
        Dictionary<string, string> tokenizers,
        Dictionary<string, string> schedulers,
        Dictionary<string, string> preprocessors,
        List<string> files)
    {
        var configs = graphs.Values.ToDictionary(part => part.Name, part => part.ConfigFile is null ? ConfigFile.Absent(part.GraphFile) : ConfigFile.Read(part.ConfigFile), StringComparer.Ordinal);
        ConfigFile Config(string name) => configs.GetValueOrDefault(name) ?? ConfigFile.Absent(name);

        // A prefix spares each family its own copy of what follows.
        var prior = family == ModelFamily.Kandinsky22 ? "prior_" : "";
        var denoiser = Config(family == ModelFamily.UnClip ? "decoder" : "unet");
        var vaePrefix = family == ModelFamily.Kandinsky22 ? "movq" : "vae";
        var vae = Config(vaePrefix + "_decoder");
        if (vae.Find("block_out_channels") is null && vae.Find("latent_channels") is null)
            vae = Config(vaePrefix + "_encoder");

        // 1. Latents.
        var inChannels = denoiser.Int("in_channels", 1, MaxChannels);
        var latentChannels = index.Int("latent_channels", 1, 64) ?? vae.Int("latent_channels", 1, 64) ?? (family == ModelFamily.UnClip ? inChannels ?? 3 : 4);
        var outChannels = denoiser.Int("out_channels", 1, MaxChannels) ?? (family is ModelFamily.UnClip or ModelFamily.Kandinsky22 ? 2 * latentChannels : latentChannels);
        var unetInChannels = inChannels ?? (family == ModelFamily.CanvasMini ? 2 * latentChannels + 1 : latentChannels);
        if (unetInChannels != latentChannels && unetInChannels != 2 * latentChannels + 1)
            throw new RefusedException(ModelRefusalCode.InvalidValue, denoiser.File, FormattableString.Invariant($"\"in_channels\" is {unetInChannels}, but should be {latentChannels} (the latent) or {2 * latentChannels + 1} (with mask and masked picture)."));
        if (outChannels != latentChannels && outChannels != 2 * latentChannels)
            throw new RefusedException(ModelRefusalCode.InvalidValue, denoiser.File, FormattableString.Invariant($"\"out_channels\" is {outChannels}, but should be {latentChannels} (the latent) or {2 * latentChannels} (with its variance)."));
        var scaleFactor = index.Int("vae_scale_factor", 1, 64) ?? (family == ModelFamily.UnClip ? 1 : 1 << (vae.Count("block_out_channels", 7) ?? 4) - 1);

        var sizeMultiple = index.Int("size_multiple", 1, MaxPixels) ?? scaleFactor << ((denoiser.Count("block_out_channels", 8) ?? (family == ModelFamily.StableDiffusionXl || family == ModelFamily.CanvasMini ? 3 : 4)) - 1);
        if (sizeMultiple % scaleFactor != 0)
            throw new RefusedException(ModelRefusalCode.InvalidValue, index.File, FormattableString.Invariant($"\"size_multiple\" is {sizeMultiple}, but should be a multiple of the VAE's {scaleFactor}."));

        // MoVQ's config carries a scaling factor that Kandinsky's pipelines do not use.
        var scaling = index.Float("scaling_factor", 1e-4f, 1e4f) ?? family switch
        {
            ModelFamily.StableDiffusion or ModelFamily.StableDiffusionXl => vae.Float("scaling_factor", 1e-4f, 1e4f) ?? (family == ModelFamily.StableDiffusionXl ? .13025f : .18215f),
            ModelFamily.CanvasMini => vae.Float("scaling_factor", 1e-4f, 1e4f) ?? 1f,
            _ => 1f,
        };
        var grey = index.Floats("grey_latent", 64, -1e4f, 1e4f);
        if (grey is not null && grey.Length != latentChannels)
            throw new RefusedException(ModelRefusalCode.InvalidValue, index.File, FormattableString.Invariant($"\"grey_latent\" has {grey.Length} values, but the latent has {latentChannels} channels."));

        // Only inpainting is left to a denoiser with mask channels, and it starts from an encoded picture.
        if (unetInChannels != latentChannels && family != ModelFamily.CanvasMini)
        {
            if (!graphs.ContainsKey(vaePrefix + "_encoder"))
                throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(folder, vaePrefix + "_encoder", "model.onnx"), "does not exist, but the U-Net is one for inpainting: there is nothing that it could do.", "Copy the whole export, or export the model again.");
            if (denoiser.Find("time_cond_proj_dim") is not null)
                throw new RefusedException(ModelRefusalCode.InvalidValue, denoiser.File, "is distilled to one pass a step (\"time_cond_proj_dim\") and for inpainting (\"in_channels\"), which do not go together here.");
        }

        // 2. Sizes. In the index sample_size is pixels, in a U-Net's config latent cells.
        var superResolution = (Config("super_res_last").Size("sample_size", 1, MaxPixels) ?? Config("super_res_first").Size("sample_size", 1, MaxPixels))?.Width ?? (family == ModelFamily.UnClip ? 256 : 0);
        var cells = denoiser.Size("sample_size", 1, MaxPixels);
        var native = index.Size("sample_size", scaleFactor, MaxPixels)
            ?? (superResolution > 0 ? (superResolution, superResolution) : cells is { } size ? (size.Height * scaleFactor, size.Width * scaleFactor) : family switch
            {
                ModelFamily.StableDiffusionXl => (1024, 1024),
                ModelFamily.CanvasMini => (256, 256),
                _ => (512, 512),
            });
        native = (index.Int("native_height", scaleFactor, MaxPixels) ?? native.Height, index.Int("native_width", scaleFactor, MaxPixels) ?? native.Width);
        if (native.Height > MaxPixels || native.Width > MaxPixels || native.Height % scaleFactor != 0 || native.Width % scaleFactor != 0)
            throw new RefusedException(ModelRefusalCode.InvalidValue, index.File, FormattableString.Invariant($"gives a native size of {native.Width}x{native.Height} pixels, which is past {MaxPixels} or no multiple of {scaleFactor}."));
        var sampleSize = family == ModelFamily.UnClip ? cells?.Width ?? 64 : native.Width / scaleFactor;

        // 3. Text.
        var textNames = graphs.Keys.Where(name => name.Contains("text_encoder", StringComparison.Ordinal)).ToList();
        var maxTokens = index.Int("max_prompt_tokens", 3, 4096) ?? index.Int("max_text_tokens", 3, 4096)
            ?? textNames.Select(name => Config(name).Int("max_position_embeddings", 3, 4096)).FirstOrDefault(tokens => tokens is not null) ?? 77;
        Dictionary<string, int> Each(string field, int least, int most) => textNames.Select(name => (name, value: Config(name).Int(field, least, most))).Where(pair => pair.value is not null).ToDictionary(pair => pair.name, pair => pair.value.GetValueOrDefault(), StringComparer.Ordinal);

        // 4. Image embeddings.
        var priorConfig = Config(prior + "prior");
        var imageConfig = Config(prior + "image_encoder");
        var embedding = index.Int("embedding_size", 1, MaxWidth) ?? priorConfig.Int("embedding_dim", 1, MaxWidth) ?? imageConfig.Int("projection_dim", 1, MaxWidth) ?? 0;
        float[]? Statistics(string field, float least)
        {
            var values = priorConfig.Floats(field, MaxWidth, least, 1e4f);
            return values is null || values.Length == embedding || values.Length == 1
                ? values
                : throw new RefusedException(ModelRefusalCode.InvalidValue, priorConfig.File, FormattableString.Invariant($"\"{field}\" has {values.Length} values, but an embedding has {embedding}."));
        }

        var processorName = preprocessors.Keys.FirstOrDefault();
        var processor = processorName is null ? ConfigFile.Absent("preprocessor_config.json") : ConfigFile.Read(preprocessors[processorName]);
        float[] PerChannel(string field, float least, float[] usual)
        {
            var values = processor.Floats(field, 3, least, 10f) ?? index.Floats(field, 3, least, 10f) ?? usual;
            return values.Length == 3 ? values : throw new RefusedException(ModelRefusalCode.InvalidValue, processor.File, $"\"{field}\" should have three values, one a channel.");
        }

        // CLIP's own statistics (Radford et al. 2021, its preprocessing), where a CLIP image encoder comes without a preprocessor config.
        var isClip = family is ModelFamily.UnClip or ModelFamily.Kandinsky22;
        var hasImageEncoder = graphs.ContainsKey(prior + "image_encoder");
        var imageSize = !hasImageEncoder ? 0 : index.Int("image_encoder_size", 8, 2048) ?? imageConfig.Int("image_size", 8, 2048) ?? processor.Size("crop_size", 8, 2048)?.Width ?? 224;
        var hasPrior = graphs.ContainsKey(prior + "prior");
        if (hasPrior && !schedulers.ContainsKey("prior_scheduler"))
            throw new RefusedException(ModelRefusalCode.ComponentMissing, Path.Combine(folder, "prior_scheduler", "scheduler_config.json"), "does not exist, but there is a prior.", "Copy the whole export, or export the model again.");

        // 5. Defaults: those of the model where it has any, else of the family's first publication.
        var isDistilled = denoiser.Int("time_cond_proj_dim", 1, MaxWidth) is not null;
        var (steps, guidance) = family switch
        {
            ModelFamily.StableDiffusion => isDistilled ? (4, 8.5f) : (30, 7.5f),
            ModelFamily.StableDiffusionXl => isDistilled ? (4, 8f) : (30, 5f),
            ModelFamily.UnClip => (25, 8f),
            ModelFamily.Kandinsky22 => (50, 4f),
            ModelFamily.CanvasMini => (20, 4f),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        return new ModelManifest
        {
            Name = Path.GetFileName(folder),
            Folder = folder,
            Family = family,
            ClassName = className,
            Components = graphs,
            Tokenizers = tokenizers,
            Schedulers = schedulers,
            Files = [.. files.Distinct(StringComparer.Ordinal).OrderBy(file => Path.GetRelativePath(folder, file), StringComparer.Ordinal)],
            NativeWidth = native.Width,
            NativeHeight = native.Height,
            UnetSampleSize = sampleSize,
            LatentChannels = latentChannels,
            UnetInChannels = unetInChannels,
            UnetOutChannels = outChannels,
            VaeScaleFactor = scaleFactor,
            SizeMultiple = sizeMultiple,
            ScalingFactor = scaling,
            ShiftFactor = vae.Float("shift_factor", -1e4f, 1e4f) ?? 0f,
            GreyLatent = grey,
            MaskOneMeansPaint = MaskOneMeansPaint(index),
            DefaultSteps = index.Int("default_steps", 1, ModelManifest.MaxSteps) ?? steps,
            DefaultGuidanceScale = index.Float("default_guidance_scale", 0f, 100f) ?? index.Float("default_guidance", 0f, 100f) ?? guidance,
            PriorSteps = hasPrior ? index.Int("prior_steps", 1, ModelManifest.MaxSteps) ?? (family == ModelFamily.CanvasMini ? 10 : 25) : 0,
            PriorGuidanceScale = hasPrior ? index.Float("prior_guidance_scale", 0f, 100f) ?? (family == ModelFamily.CanvasMini ? 1f : 4f) : 0f,
            SuperResolutionSteps = graphs.ContainsKey("super_res_first") ? index.Int("super_res_steps", 2, ModelManifest.MaxSteps) ?? 7 : 0,
            SuperResolutionSize = superResolution,
            MaxPromptTokens = maxTokens,
            EmbeddingSize = embedding,
            EmbeddingScale = index.Float("embedding_scale", 1e-3f, 1e3f) ?? 1f,
            PriorMean = Statistics("clip_mean", -1e4f),
            PriorStd = Statistics("clip_std", 1e-6f),
            ImageEncoderSize = imageSize,
            ImageMean = PerChannel("image_mean", -1f, isClip ? [.48145466f, .4578275f, .40821073f] : [.5f, .5f, .5f]),
            ImageStd = PerChannel("image_std", 1e-3f, isClip ? [.26862954f, .26130258f, .27577711f] : [.5f, .5f, .5f]),
            CrossAttentionDim = denoiser.IntOrFirst("cross_attention_dim", 1, MaxWidth) ?? 0,
            TextLayers = Each("num_hidden_layers", 1, 1000),
            TextHiddenSizes = Each("hidden_size", 1, MaxWidth),
            ProjectionDim = textNames.Select(name => Config(name).Int("projection_dim", 1, MaxWidth)).LastOrDefault(width => width is not null) ?? embedding,
            AdditionTimeEmbedDim = denoiser.Int("addition_time_embed_dim", 1, MaxWidth) ?? 0,
            TimeCondProjDim = denoiser.Int("time_cond_proj_dim", 1, MaxWidth) ?? 0,
            UsePrior = hasPrior && (index.Bool("use_prior") ?? true),
            OnePassGuidance = OnePassGuidance(index),
            ForceZerosForEmptyPrompt = index.Bool("force_zeros_for_empty_prompt") ?? family == ModelFamily.StableDiffusionXl,
            ClipExtraContextTokens = Config("text_proj").Int("clip_extra_context_tokens", 0, 1024) ?? (graphs.ContainsKey("text_proj") ? 4 : 0),
            TimeEmbedDim = Config("text_proj").Int("time_embed_dim", 1, MaxWidth) ?? 0,
        };
    }

    private static (float Least, float Most)? OnePassGuidance(ConfigFile index) => index.Floats("one_pass_guidance", 2, 0f, 100f) switch
    {
        null => null,
        [var least, var most] when least <= most => (least, most),
        var range => throw new RefusedException(ModelRefusalCode.InvalidValue, index.File, FormattableString.Invariant($"\"one_pass_guidance\" is [{string.Join(", ", range)}], but should be the least and the most scale, for example [1, 7].")),
    };

    private static bool MaskOneMeansPaint(ConfigFile index)
    {
        // Written for people ("1 = repaint, 0 = keep"), so only the meaning of 1 is looked at.
        if (index.Text("mask_convention", 200) is not { } text)
            return true;
        var words = text.Split([' ', '=', ',', ':'], StringSplitOptions.RemoveEmptyEntries);
        var one = Array.IndexOf(words, "1");
        return (one >= 0 && one + 1 < words.Length ? words[one + 1] : "") switch
        {
            "repaint" or "paint" or "make" or "generate" => true,
            "keep" or "known" => false,
            _ => throw new RefusedException(ModelRefusalCode.InvalidValue, index.File, $"\"mask_convention\" is \"{text}\", but should say \"1 = repaint\" or \"1 = keep\"."),
        };
    }
}
