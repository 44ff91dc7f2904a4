namespace CanvasWeb.Diffusion.Models;

/// <summary>What a family's parts are called and what its configs leave out: the values of its first publication.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>The graph that denoises the picture.</summary>
    public string Denoiser { get; init; } = "unet";

    /// <summary>Its encoder and decoder have this name with "_encoder" and "_decoder".</summary>
    public string Autoencoder { get; init; } = "vae";

    /// <summary>In front of the names of the prior and of what belongs to it.</summary>
    public string PriorPrefix { get; init; } = "";

    /// <summary>Works on pixels: no autoencoder.</summary>
    public bool IsPixels { get; init; }

    public bool LearnsVariance { get; init; }

    public bool HasMaskChannels { get; init; }

    /// <summary>Pixels a side.</summary>
    public int NativeSide { get; init; } = 512;

    /// <summary>Levels of the denoiser; all but the last halve.</summary>
    public int Levels { get; init; } = 4;

    public float ScalingFactor { get; init; } = 1f;

    /// <summary>False for MoVQ, whose config carries a scaling factor that Kandinsky's pipelines do not use.</summary>
    public bool ReadsScalingFactor { get; init; } = true;

    public required int Steps { get; init; }

    public required float GuidanceScale { get; init; }

    /// <summary>Of a model that takes the guidance scale as an embedding; in so few steps.</summary>
    public float DistilledGuidanceScale { get; init; }

    public int PriorSteps { get; init; } = 25;

    public float PriorGuidanceScale { get; init; } = 4f;

    /// <summary>Per channel, before the image encoder, where it comes without a preprocessor config.</summary>
    public float[] ImageMean { get; init; } = [.5f, .5f, .5f];

    public float[] ImageStd { get; init; } = [.5f, .5f, .5f];

    public static FamilyDefaults Of(ModelFamily family) => family switch
    {
        ModelFamily.StableDiffusion => StableDiffusion,
        ModelFamily.StableDiffusionXl => StableDiffusionXl,
        ModelFamily.UnClip => UnClip,
        ModelFamily.Kandinsky22 => Kandinsky22,
        ModelFamily.CanvasMini => CanvasMini,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static readonly FamilyDefaults StableDiffusion = new() { ScalingFactor = .18215f, Steps = 30, GuidanceScale = 7.5f, DistilledGuidanceScale = 8.5f };

    private static readonly FamilyDefaults StableDiffusionXl = new() { NativeSide = 1024, Levels = 3, ScalingFactor = .13025f, Steps = 30, GuidanceScale = 5f, DistilledGuidanceScale = 8f };

    // CLIP's own statistics: Radford et al. 2021, its preprocessing.
    private static readonly float[] ClipMean = [.48145466f, .4578275f, .40821073f];
    private static readonly float[] ClipStd = [.26862954f, .26130258f, .27577711f];

    private static readonly FamilyDefaults UnClip = new() { Denoiser = "decoder", IsPixels = true, LearnsVariance = true, ReadsScalingFactor = false, Steps = 25, GuidanceScale = 8f, ImageMean = ClipMean, ImageStd = ClipStd };

    private static readonly FamilyDefaults Kandinsky22 = new() { Autoencoder = "movq", PriorPrefix = "prior_", LearnsVariance = true, ReadsScalingFactor = false, Steps = 50, GuidanceScale = 4f, ImageMean = ClipMean, ImageStd = ClipStd };

    private static readonly FamilyDefaults CanvasMini = new() { HasMaskChannels = true, NativeSide = 256, Levels = 3, Steps = 20, GuidanceScale = 4f, PriorSteps = 10, PriorGuidanceScale = 1f };
}
