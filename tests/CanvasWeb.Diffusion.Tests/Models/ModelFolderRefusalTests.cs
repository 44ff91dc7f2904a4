using System.Text.Json.Nodes;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tests.Onnx;

namespace CanvasWeb.Diffusion.Tests.Models;

/// <summary>A sound folder, changed in one place: each change is refused with its kind, and the message names the file.</summary>
public sealed class ModelFolderRefusalTests : IDisposable
{
    private const string Index = "model_index.json";

    /// <summary>Model, change, kind of refusal, file that the message names, words of the reason.</summary>
    private static readonly (string Name, string Model, Action<string> Change, ModelRefusalCode Code, string File, string Words)[] Table =
    [
        ("no index", "sd15-tiny", Delete(Index), ModelRefusalCode.IndexMissing, Index, "does not exist"),
        ("checkpoint instead", "sd15-tiny", Both(Delete(Index), Write("model.safetensors", "")), ModelRefusalCode.NotOnnx, "model.safetensors", "PyTorch"),
        ("index is a folder", "sd15-tiny", Both(Delete(Index), folder => Directory.CreateDirectory(Path.Combine(folder, Index))), ModelRefusalCode.IndexMissing, Index, "does not exist"),
        ("index is a link to itself", "sd15-tiny", Both(Delete(Index), folder => File.CreateSymbolicLink(Path.Combine(folder, Index), Path.Combine(folder, Index))), ModelRefusalCode.Unreadable, Index, "cannot be read"),
        ("index is empty", "sd15-tiny", Write(Index, ""), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("index is cut off", "sd15-tiny", Write(Index, "{\"_class_name\": \"Stable"), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("index is a list", "sd15-tiny", Write(Index, "[]"), ModelRefusalCode.InvalidJson, Index, "one JSON object"),
        ("index has a field twice", "sd15-tiny", Write(Index, "{\"_class_name\": \"A\", \"_class_name\": \"B\"}"), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("index is nested too deep", "sd15-tiny", Write(Index, new string('[', 10_000)), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("index is too long", "sd15-tiny", Write(Index, new string(' ', 1 << 20) + "{}"), ModelRefusalCode.TooLarge, Index, "past the limit"),
        ("index is no text", "sd15-tiny", folder => File.WriteAllBytes(Path.Combine(folder, Index), [0xFF, 0xFE, 0, 1, 2]), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("no class", "sd15-tiny", Set(Index, "_class_name", null), ModelRefusalCode.InvalidValue, Index, "_class_name"),
        ("class is a number", "sd15-tiny", Set(Index, "_class_name", 5), ModelRefusalCode.InvalidValue, Index, "\"_class_name\" is 5"),
        ("class with a line feed", "sd15-tiny", Set(Index, "_class_name", "A\nB"), ModelRefusalCode.InvalidValue, Index, "_class_name"),
        ("unknown class", "sd15-tiny", Set(Index, "_class_name", "FluxPipeline"), ModelRefusalCode.UnknownClass, Index, "FluxPipeline"),
        ("the prior alone", "kandinsky22-tiny", Set(Index, "_class_name", "KandinskyV22PriorPipeline"), ModelRefusalCode.UnknownClass, Index, "prior alone"),
        ("another family's class", "sd15-tiny", Set(Index, "_class_name", "StableDiffusionXLPipeline"), ModelRefusalCode.ComponentMissing, "text_encoder_2/model.onnx", "does not exist"),
        ("no denoiser", "sd15-tiny", Delete("unet/model.onnx"), ModelRefusalCode.ComponentMissing, "unet/model.onnx", "does not exist"),
        ("no denoiser's folder", "sd15-tiny", Delete("unet"), ModelRefusalCode.ComponentMissing, "unet/model.onnx", "does not exist"),
        ("no text encoder", "sd15-tiny", Delete("text_encoder"), ModelRefusalCode.ComponentMissing, "text_encoder/model.onnx", "does not exist"),
        ("no decoder", "sd15-tiny", Delete("vae_decoder"), ModelRefusalCode.ComponentMissing, "vae_decoder/model.onnx", "does not exist"),
        ("a named encoder is absent", "sd15-tiny", Delete("vae_encoder"), ModelRefusalCode.ComponentMissing, "vae_encoder/model.onnx", "does not exist"),
        ("no scheduler", "sd15-tiny", Delete("scheduler"), ModelRefusalCode.ComponentMissing, "scheduler/scheduler_config.json", "does not exist"),
        ("no tokenizer", "sd15-tiny", Delete("tokenizer"), ModelRefusalCode.ComponentMissing, "tokenizer/vocab.json", "does not exist"),
        ("no merges", "sd15-tiny", Delete("tokenizer/merges.txt"), ModelRefusalCode.ComponentMissing, "tokenizer/merges.txt", "does not exist"),
        ("only tokenizer.json", "sd15-tiny", Both(Delete("tokenizer/vocab.json"), Write("tokenizer/tokenizer.json", "{}")), ModelRefusalCode.ComponentMissing, "tokenizer/vocab.json", "tokenizer.json alone"),
        ("denoiser as safetensors", "sd15-tiny", Both(Delete("unet/model.onnx"), Write("unet/diffusion_pytorch_model.safetensors", "")), ModelRefusalCode.NotOnnx, "unet/diffusion_pytorch_model.safetensors", "unet is needed as ONNX"),
        ("text encoder as bin", "sd15-tiny", Both(Delete("text_encoder/model.onnx"), Write("text_encoder/pytorch_model.bin", "")), ModelRefusalCode.NotOnnx, "text_encoder/pytorch_model.bin", "PyTorch"),
        ("autoencoder as safetensors", "sd15-tiny", Both(Delete("vae_decoder"), Write("vae/diffusion_pytorch_model.safetensors", "")), ModelRefusalCode.NotOnnx, "vae/diffusion_pytorch_model.safetensors", "vae_decoder"),
        ("part is no pair", "sd15-tiny", Set(Index, "unet", "unet"), ModelRefusalCode.InvalidValue, Index, "\"unet\" is \"unet\""),
        ("part out of the folder", "sd15-tiny", Set(Index, "../../etc/passwd", Pair()), ModelRefusalCode.PathOutside, Index, "../../etc/passwd"),
        ("part with an absolute path", "sd15-tiny", Set(Index, "/etc", Pair()), ModelRefusalCode.PathOutside, Index, "/etc"),
        ("parts out of the folder", "canvas-mini-tiny", Set(Index, "parts", new JsonObject { ["..\\unet"] = Pair() }), ModelRefusalCode.PathOutside, Index, "not a plain folder name"),
        ("parts is a list", "canvas-mini-tiny", Set(Index, "parts", new JsonArray()), ModelRefusalCode.InvalidValue, Index, "parts"),
        ("a named prior is absent", "canvas-mini-tiny", Delete("prior"), ModelRefusalCode.ComponentMissing, "prior/model.onnx", "does not exist"),
        ("prior without its scheduler", "canvas-mini-tiny", Delete("prior_scheduler"), ModelRefusalCode.ComponentMissing, "prior_scheduler/scheduler_config.json", "there is a prior"),
        ("size 0", "canvas-mini-tiny", Set(Index, "sample_size", 0), ModelRefusalCode.InvalidValue, Index, "\"sample_size\" is 0"),
        ("size negative", "canvas-mini-tiny", Set(Index, "sample_size", -64), ModelRefusalCode.InvalidValue, Index, "sample_size"),
        ("size huge", "canvas-mini-tiny", Set(Index, "sample_size", 1_000_000), ModelRefusalCode.InvalidValue, Index, "sample_size"),
        ("size between latent cells", "canvas-mini-tiny", Set(Index, "sample_size", 60), ModelRefusalCode.InvalidValue, Index, "no multiple of 8"),
        ("size a fraction", "canvas-mini-tiny", Set(Index, "sample_size", 64.5), ModelRefusalCode.InvalidValue, Index, "an integer"),
        ("no latent channels", "canvas-mini-tiny", Set(Index, "latent_channels", 0), ModelRefusalCode.InvalidValue, Index, "latent_channels"),
        ("scaling infinite", "canvas-mini-tiny", Replace(Index, "\"scaling_factor\": 1.0", "\"scaling_factor\": 1e999"), ModelRefusalCode.InvalidValue, Index, "scaling_factor"),
        ("scaling NaN", "canvas-mini-tiny", Replace(Index, "\"scaling_factor\": 1.0", "\"scaling_factor\": NaN"), ModelRefusalCode.InvalidJson, Index, "not valid JSON"),
        ("scaling 0", "canvas-mini-tiny", Set(Index, "scaling_factor", 0), ModelRefusalCode.InvalidValue, Index, "scaling_factor"),
        ("grey of another latent", "canvas-mini-tiny", Set(Index, "grey_latent", new JsonArray(0, 0, 0)), ModelRefusalCode.InvalidValue, Index, "grey_latent"),
        ("steps past the limit", "canvas-mini-tiny", Set(Index, "default_steps", 100_000), ModelRefusalCode.InvalidValue, Index, "default_steps"),
        ("guidance negative", "canvas-mini-tiny", Set(Index, "default_guidance", -1), ModelRefusalCode.InvalidValue, Index, "default_guidance"),
        ("prompt of one token", "canvas-mini-tiny", Set(Index, "max_prompt_tokens", 1), ModelRefusalCode.InvalidValue, Index, "max_prompt_tokens"),
        ("mask convention unclear", "canvas-mini-tiny", Set(Index, "mask_convention", "as usual"), ModelRefusalCode.InvalidValue, Index, "mask_convention"),
        ("channels that fit nothing", "sd15-tiny", Set("unet/config.json", "in_channels", 8), ModelRefusalCode.InvalidValue, "unet/config.json", "should be 4 (the latent) or 9"),
        ("output channels that fit nothing", "sd15-tiny", Set("unet/config.json", "out_channels", 5), ModelRefusalCode.InvalidValue, "unet/config.json", "out_channels"),
        ("cross attention as text", "sd15-tiny", Set("unet/config.json", "cross_attention_dim", "768"), ModelRefusalCode.InvalidValue, "unet/config.json", "cross_attention_dim"),
        ("denoiser's size is huge", "sd15-tiny", Set("unet/config.json", "sample_size", 8192), ModelRefusalCode.InvalidValue, Index, "65536x65536"),
        ("denoiser's config is broken", "sd15-tiny", Write("unet/config.json", "{"), ModelRefusalCode.InvalidJson, "unet/config.json", "not valid JSON"),
        ("no blocks", "sd15-tiny", Set("vae_decoder/config.json", "block_out_channels", new JsonArray()), ModelRefusalCode.InvalidValue, "vae_decoder/config.json", "block_out_channels"),
        ("encoder of a million positions", "sd15-tiny", Set("text_encoder/config.json", "max_position_embeddings", 1_000_000), ModelRefusalCode.InvalidValue, "text_encoder/config.json", "max_position_embeddings"),
        ("flag as text", "sdxl-tiny", Set(Index, "force_zeros_for_empty_prompt", "yes"), ModelRefusalCode.InvalidValue, Index, "true or false"),
        ("no second tokenizer", "sdxl-tiny", Delete("tokenizer_2"), ModelRefusalCode.ComponentMissing, "tokenizer_2/vocab.json", "does not exist"),
        ("statistics of another prior", "karlo-tiny", Set("prior/config.json", "clip_mean", new JsonArray(0, 0)), ModelRefusalCode.InvalidValue, "prior/config.json", "has 2 values, but an embedding has 16"),
        ("deviation 0", "karlo-tiny", Set("prior/config.json", "clip_std", new JsonArray(0)), ModelRefusalCode.InvalidValue, "prior/config.json", "clip_std"),
        ("no projection", "karlo-tiny", Delete("text_proj"), ModelRefusalCode.ComponentMissing, "text_proj/model.onnx", "does not exist"),
        ("grey picture statistics", "karlo-tiny", Set("feature_extractor/preprocessor_config.json", "image_mean", new JsonArray(.5)), ModelRefusalCode.InvalidValue, "feature_extractor/preprocessor_config.json", "three values"),
        ("tokenizer left out on purpose", "sd15-tiny", Set(Index, "tokenizer", Nothing()), ModelRefusalCode.ComponentMissing, Index, "leaves out tokenizer"),
        ("scheduler left out on purpose", "karlo-tiny", Set(Index, "decoder_scheduler", Nothing()), ModelRefusalCode.ComponentMissing, Index, "leaves out decoder_scheduler"),
        ("text encoder left out on purpose", "sdxl-tiny", Both(Set(Index, "text_encoder", Nothing()), Delete("text_encoder")), ModelRefusalCode.ComponentMissing, Index, "leaves out text_encoder"),
        ("a refiner", "sdxl-tiny", Both(Both(Set(Index, "_class_name", "StableDiffusionXLImg2ImgPipeline"), Set(Index, "requires_aesthetics_score", true)), Both(Set(Index, "text_encoder", Nothing()), Set(Index, "tokenizer", Nothing()))), ModelRefusalCode.UnknownClass, Index, "refiner"),
        ("inpainting without an encoder", "sd15-inpaint-tiny", Both(Set(Index, "vae_encoder", Nothing()), Delete("vae_encoder")), ModelRefusalCode.ComponentMissing, "vae_encoder/model.onnx", "one for inpainting"),
        ("inpainting and distilled", "sd15-inpaint-tiny", Set("unet/config.json", "time_cond_proj_dim", 32), ModelRefusalCode.InvalidValue, "unet/config.json", "do not go together"),
        ("one-pass range upside down", "canvas-mini-tiny", Set(Index, "one_pass_guidance", new JsonArray(7, 1)), ModelRefusalCode.InvalidValue, Index, "one_pass_guidance"),
        ("one-pass range of one end", "canvas-mini-tiny", Set(Index, "one_pass_guidance", new JsonArray(7)), ModelRefusalCode.InvalidValue, Index, "one_pass_guidance"),
        ("use of the prior as text", "canvas-mini-tiny", Set(Index, "use_prior", "no"), ModelRefusalCode.InvalidValue, Index, "use_prior"),
        ("no movq", "kandinsky22-tiny", Delete("movq_decoder"), ModelRefusalCode.ComponentMissing, "movq_decoder/model.onnx", "does not exist"),
    ];

    private int _copies;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("canvasweb-models-");

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_folder_is_refused_by_kind_and_file(string name)
    {
        var row = Table.Single(row => row.Name == name);
        var folder = Copy(row.Model);
        Assert.True(ModelFolder.Open(folder).IsModel);
        row.Change(folder);
        var refusal = ModelFolder.Open(folder).Refusal;
        Assert.NotNull(refusal);
        Assert.Equal((row.Code, Path.Combine(folder, row.File)), (refusal.Code, refusal.File));
        Assert.Contains(row.Words, refusal.Reason, StringComparison.Ordinal);
        Assert.StartsWith(refusal.File + ": ", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_no_folder_is_refused()
    {
        Assert.Equal(ModelRefusalCode.FolderMissing, ModelFolder.Open(Path.Combine(_folder.FullName, "absent")).Refusal?.Code);
        Assert.Equal(ModelRefusalCode.FolderMissing, ModelFolder.Open(GoldenOnnx.File("types")).Refusal?.Code);
        Assert.Equal(ModelRefusalCode.Unreadable, ModelFolder.Open("a\0b").Refusal?.Code);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "circle"), Path.Combine(_folder.FullName, "circle"));
        Assert.Equal(ModelRefusalCode.FolderMissing, ModelFolder.Open(Path.Combine(_folder.FullName, "circle")).Refusal?.Code);
    }

    [Fact]
    public void A_part_left_out_on_purpose_is_not_missed()
    {
        var folder = Copy("sd15-tiny");
        Set(Index, "vae_encoder", new JsonArray(null, null))(folder);
        Set(Index, "safety_checker", Pair())(folder);
        Delete("vae_encoder")(folder);
        Assert.False(ModelFolder.Open(folder).Manifest?.Has("vae_encoder"));
    }

    [Theory]
    [InlineData("ORTStableDiffusionPipeline")]
    [InlineData("OnnxStableDiffusionImg2ImgPipeline")]
    [InlineData("LatentConsistencyModelPipeline")]
    public void Exporters_names_of_the_class_are_known(string className)
    {
        var folder = Copy("sd15-tiny");
        Set(Index, "_class_name", className)(folder);
        Assert.Equal(ModelFamily.StableDiffusion, ModelFolder.Open(folder).Manifest?.Family);
    }

    [Fact]
    public void Kandinsky_opens_from_two_folders()
    {
        var whole = Copy("kandinsky22-tiny");
        var (decoder, prior) = (Path.Combine(_folder.FullName, "k-decoder"), Path.Combine(_folder.FullName, "k-prior"));
        Directory.CreateDirectory(decoder);
        Directory.CreateDirectory(prior);
        foreach (var part in new[] { "unet", "movq_encoder", "movq_decoder", "scheduler" })
            Directory.Move(Path.Combine(whole, part), Path.Combine(decoder, part));
        foreach (var part in new[] { "prior", "text_encoder", "image_encoder", "tokenizer", "image_processor", "scheduler" })
            Directory.Move(Path.Combine(whole, "prior_" + part), Path.Combine(prior, part));
        Write(Index, """{"_class_name": "KandinskyV22Pipeline", "unet": ["onnx", "A"], "scheduler": ["onnx", "B"]}""")(decoder);
        Write(Index, """{"_class_name": "KandinskyV22PriorPipeline"}""")(prior);
        var manifest = ModelFolder.Open(decoder).Manifest;
        Assert.NotNull(manifest);
        Assert.True(manifest.Has("prior_prior") && manifest.Has("prior_image_encoder"));
        Assert.Equal(Path.Combine(prior, "tokenizer"), manifest.Tokenizers["prior_tokenizer"]);
        Assert.Equal(Path.Combine(prior, "scheduler", "scheduler_config.json"), manifest.Schedulers["prior_scheduler"]);

        Directory.Move(prior, Path.Combine(_folder.FullName, "elsewhere"));
        Assert.Equal(ModelRefusalCode.ComponentMissing, ModelFolder.Open(decoder).Refusal?.Code);
    }

    [Theory]
    [InlineData("sd15-tiny", "unet", "sd15-tiny/text_encoder", "has no input sample; it has input_ids")]
    [InlineData("sd15-tiny", "text_encoder", "sd15-tiny/vae_decoder", "has no input input_ids; it has latent_sample")]
    [InlineData("sd15-tiny", "vae_decoder", "sd15-tiny/vae_encoder", "has no input latent_sample")]
    [InlineData("sd15-tiny", "unet", "sdxl-tiny/unet", "has the input text_embeds")]
    [InlineData("sd15-tiny", "unet", "lcm-tiny/unet", "has the input timestep_cond")]
    [InlineData("lcm-tiny", "unet", "sd15-tiny/unet", "has no input timestep_cond")]
    [InlineData("sdxl-tiny", "unet", "sd15-tiny/unet", "has no input text_embeds")]
    [InlineData("sdxl-tiny", "text_encoder", "sd15-tiny/text_encoder", "gives no hidden states")]
    [InlineData("sdxl-tiny", "text_encoder_2", "sd15-tiny/text_encoder", "has no output text_embeds")]
    [InlineData("karlo-tiny", "text_encoder", "sd15-tiny/text_encoder", "has no output text_embeds")]
    [InlineData("karlo-tiny", "super_res_first", "sd15-tiny/unet", "has the input encoder_hidden_states")]
    [InlineData("kandinsky22-tiny", "unet", "sd15-tiny/unet", "has no input image_embeds")]
    [InlineData("canvas-mini-tiny", "text_encoder", "sd15-tiny/text_encoder", "has no output text_embeds")]
    [InlineData("canvas-mini-tiny", "unet", "sd15-inpaint-tiny/unet", "has no input image_embeds")]
    [InlineData("canvas-mini-tiny", "prior", "karlo-tiny/prior", "has the input attention_mask")]
    public void A_graph_that_the_pipeline_cannot_feed_is_refused_when_it_is_loaded(string model, string component, string other, string reason)
    {
        var folder = Copy(model);
        File.Copy(Path.Combine(GoldenOnnx.RepositoryRoot(), "tests", "golden", "models", other, "model.onnx"), Path.Combine(folder, component, "model.onnx"), overwrite: true);
        Refused(folder, component, reason);
    }

    [Fact]
    public void A_graph_with_ports_of_the_wrong_type_is_refused_when_it_is_loaded()
    {
        var folder = Copy("sd15-tiny");
        File.Copy(GoldenOnnx.File("text_encoder_float_ids"), Path.Combine(folder, "text_encoder", "model.onnx"), overwrite: true);
        Refused(folder, "text_encoder", "input input_ids float32 [batch, tokens] should hold integers");
        File.WriteAllText(Path.Combine(folder, "unet", "model.onnx"), "damaged");
        Refused(folder, "unet", "not an ONNX file");
    }

    [Fact]
    public void A_catalog_lists_models_and_refusals_and_passes_over_the_rest()
    {
        var first = _folder.CreateSubdirectory("first").FullName;
        var second = _folder.CreateSubdirectory("second").FullName;
        Directory.Move(Copy("sd15-tiny"), Path.Combine(first, "a-model"));
        Directory.CreateDirectory(Path.Combine(first, "training"));
        Write("weights.safetensors", "")(Directory.CreateDirectory(Path.Combine(first, "b-checkpoint")).FullName);
        Directory.Move(Copy("sd15-tiny"), Path.Combine(second, "a-model"));
        Directory.CreateSymbolicLink(Path.Combine(second, "circle"), Path.Combine(second, "circle"));
        var catalog = new ModelCatalog([first, second, Path.Combine(_folder.FullName, "absent")]);
        Assert.Equal(
            [("a-model", null), ("b-checkpoint", ModelRefusalCode.NotOnnx), ("a-model", (ModelRefusalCode?)ModelRefusalCode.NameTaken)],
            catalog.List().Select(entry => (entry.Name, entry.Result.Refusal?.Code)));
        Assert.Equal(Path.Combine(first, "a-model"), catalog.Find("a-model")?.Folder);
        Assert.True(catalog.Find(Path.Combine(second, "a-model"))?.Result.IsModel);
        Assert.Null(catalog.Find("c-model"));
        Assert.Single(new ModelCatalog([Path.Combine(first, "a-model")]).List());
    }

    [Fact]
    public void Default_roots_are_the_variables_and_the_nearest_models_folder()
    {
        var inner = _folder.CreateSubdirectory("models").Parent!.CreateSubdirectory("bin").CreateSubdirectory("net");
        Assert.Equal(["/x", "/y", Path.Combine(_folder.FullName, "models")], ModelCatalog.DefaultRoots(inner.FullName, $"/x{Path.PathSeparator}{Path.PathSeparator} /y"));
        Assert.Equal([Path.Combine(_folder.FullName, "models")], ModelCatalog.DefaultRoots(inner.FullName, null));
    }

    [Fact]
    public void The_hash_follows_content_alone()
    {
        var (one, two) = (Copy("sd15-tiny"), Copy("sd15-tiny"));
        var hash = new ModelHash();
        string Of(string folder) => hash.Compute(ModelFolder.Open(folder).Manifest ?? throw new InvalidOperationException("The folder is sound."), TestContext.Current.CancellationToken);
        var first = Of(one);
        Assert.Matches("^[0-9a-f]{64}$", first);
        Assert.Equal(first, Of(two));
        Write("README.md", "Notes are no part of the model.")(two);
        Assert.Equal(first, Of(two));

        // One bit of one weight, the size the same and the time put back by a second: the cached number of the file is not taken.
        var file = Path.Combine(two, "unet", "model.onnx");
        var bytes = File.ReadAllBytes(file);
        bytes[^200] ^= 1;
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, time.AddSeconds(-1));
        Assert.NotEqual(first, Of(two));
        Assert.Equal(first, Of(one));
    }

    private static void Refused(string folder, string component, string reason)
    {
        var manifest = ModelFolder.Open(folder).Manifest;
        Assert.NotNull(manifest);
        var error = Assert.Throws<ModelFormatException>(() => manifest.Load(component, new OnnxModelOptions { Provider = ExecutionProvider.Cpu }, TestContext.Current.CancellationToken).Dispose());
        Assert.Equal(Path.Combine(folder, component, "model.onnx"), error.File);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    private static JsonArray Nothing() => [null, null];

    private static JsonArray Pair() => ["onnx", "OnnxRuntimeModel"];

    private static Action<string> Both(Action<string> one, Action<string> two) => one + two;

    private static Action<string> Delete(string path) => folder =>
    {
        var full = Path.Combine(folder, path);
        if (Directory.Exists(full))
            Directory.Delete(full, recursive: true);
        else
            File.Delete(full);
    };

    private static Action<string> Write(string path, string text) => folder =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path)) ?? folder);
        File.WriteAllText(Path.Combine(folder, path), text);
    };

    private static Action<string> Set(string path, string field, JsonNode? value) => folder =>
    {
        var file = Path.Combine(folder, path);
        var root = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        root[field] = value?.DeepClone();
        File.WriteAllText(file, root.ToJsonString());
    };

    private static Action<string> Replace(string path, string old, string text) => folder =>
    {
        var file = Path.Combine(folder, path);
        var before = File.ReadAllText(file);
        Assert.Contains(old, before, StringComparison.Ordinal);
        File.WriteAllText(file, before.Replace(old, text, StringComparison.Ordinal));
    };

    private string Copy(string name)
    {
        var from = Path.Combine(GoldenOnnx.RepositoryRoot(), "tests", "golden", "models", name);
        var target = Path.Combine(_folder.FullName, $"copy-{_copies++}");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? target);
            File.Copy(file, copy);
        }

        return target;
    }
}
