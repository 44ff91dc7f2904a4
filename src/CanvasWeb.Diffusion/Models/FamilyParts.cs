namespace CanvasWeb.Diffusion.Models;

/// <summary>Which pipeline class is which family, and what parts a family has.</summary>
internal static class FamilyParts
{
    /// <summary>Kandinsky's prior may be a folder of its own.</summary>
    public const string InPrior = "PRIOR/";

    /// <summary>A pipeline class, in diffusers' spelling, and what it is.</summary>
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

    private static readonly Part[] StableDiffusion =
    [
        Graph("text_encoder"), Graph("unet"), Graph("vae_decoder"), GraphIfThere("vae_encoder"),
        GraphIfThere("preview_decoder"), GraphIfThere("upscaler"), Tokenizer("tokenizer"), Scheduler("scheduler"),
    ];

    private static readonly Part[] StableDiffusionXl = [.. StableDiffusion, Graph("text_encoder_2"), Tokenizer("tokenizer_2")];

    private static readonly Part[] UnClip =
    [
        Graph("text_encoder"), Graph("text_proj"), Graph("prior"), Graph("decoder"), Graph("super_res_first"), GraphIfThere("super_res_last"),
        GraphIfThere("image_encoder"), GraphIfThere("preview_decoder"), GraphIfThere("upscaler"), Tokenizer("tokenizer"),
        Scheduler("prior_scheduler"), Scheduler("decoder_scheduler"), Scheduler("super_res_scheduler"), Preprocessor("feature_extractor"),
    ];

    /// <summary>Karlo's variations start from a picture: its encoder takes the prior's place.</summary>
    private static readonly Part[] UnClipVariation =
    [
        .. UnClip.Select(part => part.Name switch
        {
            "prior" or "prior_scheduler" => part with { Required = false },
            "image_encoder" => part with { Required = true },
            _ => part,
        }),
    ];

    private static readonly Part[] Kandinsky22 =
    [
        Graph("unet"), Graph("movq_decoder", "movq_decoder", "vae_decoder"), GraphIfThere("movq_encoder", "movq_encoder", "vae_encoder"),
        Graph("prior_prior", "prior_prior", InPrior + "prior", "prior"), Graph("prior_text_encoder", "prior_text_encoder", InPrior + "text_encoder", "text_encoder"),
        GraphIfThere("prior_image_encoder", "prior_image_encoder", InPrior + "image_encoder", "image_encoder"),
        GraphIfThere("preview_decoder"), GraphIfThere("upscaler"), Tokenizer("prior_tokenizer", "prior_tokenizer", InPrior + "tokenizer", "tokenizer"),
        Scheduler("scheduler"), Scheduler("prior_scheduler", "prior_scheduler", InPrior + "scheduler"),
        Preprocessor("prior_image_processor", "prior_image_processor", InPrior + "image_processor", "image_processor"),
    ];

    private static readonly Part[] CanvasMini =
    [
        Graph("text_encoder"), Graph("unet"), Graph("vae_decoder"), Graph("vae_encoder"), GraphIfThere("prior"), GraphIfThere("image_encoder"),
        GraphIfThere("preview_decoder"), GraphIfThere("upscaler"), Tokenizer("tokenizer"), Scheduler("scheduler"),
        new("prior_scheduler", PartKind.Scheduler, Required: false), Preprocessor("feature_extractor"),
    ];

    /// <summary>Names of the classes that run here, for messages.</summary>
    public static IEnumerable<string> Classes => Families.Keys;

    /// <summary>Null where no pipeline runs the class.</summary>
    public static ModelFamily? FamilyOf(string className) => Families.TryGetValue(PlainClass(className), out var family) ? family : null;

    public static IReadOnlyList<Part> Of(ModelFamily family, string className) => family switch
    {
        ModelFamily.StableDiffusion => StableDiffusion,
        ModelFamily.StableDiffusionXl => StableDiffusionXl,
        ModelFamily.UnClip => PlainClass(className) == "UnCLIPImageVariationPipeline" ? UnClipVariation : UnClip,
        ModelFamily.Kandinsky22 => Kandinsky22,
        ModelFamily.CanvasMini => CanvasMini,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The diffusers name of a class: Optimum writes ORTStableDiffusionPipeline, older diffusers OnnxStableDiffusionPipeline.</summary>
    private static string PlainClass(string className) =>
        className.StartsWith("ORT", StringComparison.Ordinal) ? className[3..]
        : className.StartsWith("Onnx", StringComparison.Ordinal) ? className[4..]
        : className;

    private static Part Graph(string name, params string[] folders) => new(name, PartKind.Graph, Required: true, folders);

    private static Part GraphIfThere(string name, params string[] folders) => new(name, PartKind.Graph, Required: false, folders);

    private static Part Tokenizer(string name, params string[] folders) => new(name, PartKind.Tokenizer, Required: true, folders);

    private static Part Scheduler(string name, params string[] folders) => new(name, PartKind.Scheduler, Required: true, folders);

    private static Part Preprocessor(string name, params string[] folders) => new(name, PartKind.Preprocessor, Required: false, folders);
}
