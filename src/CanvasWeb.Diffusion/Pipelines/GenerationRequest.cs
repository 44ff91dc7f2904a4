using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>One picture to make. The same request on the same device gives the same bytes.</summary>
public sealed record GenerationRequest
{
    public GenerationTask Task { get; init; } = GenerationTask.TextToImage;

    /// <summary>May be empty: an unguided picture.</summary>
    public required string Prompt { get; init; }

    public string NegativePrompt { get; init; } = "";

    public ulong Seed { get; init; }

    /// <summary>Which picture of the seed, from 0: picture k of a request for four equals the single request with index k.</summary>
    public int ImageIndex { get; init; }

    /// <summary>Denoising steps; null takes the model's default.</summary>
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance scale (Ho and Salimans 2022); 1 or less means none; null takes the model's default.</summary>
    public float? GuidanceScale { get; init; }

    /// <summary>Null takes the model's own.</summary>
    public SchedulerKind? Scheduler { get; init; }

    /// <summary>Pixels; null takes the model's native size. Must be a multiple of <see cref="PipelineInfo.SizeMultiple"/>.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels; as <see cref="Width"/>.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// The picture to start from: image-to-image, inpainting (already at <see cref="Width"/> x <see cref="Height"/>), or of any size: variation,
    /// interpolation and text diff, which take the middle of it that has the shape of what is made, and upscaling, which takes all of it.
    /// </summary>
    public PixelImage? Image { get; init; }

    /// <summary>The picture that an interpolation goes to; any size.</summary>
    public PixelImage? OtherImage { get; init; }

    /// <summary>0..1. Interpolation: 0 is <see cref="Image"/>, 1 is <see cref="OtherImage"/>. Text diff: how far to turn to what the captions say.</summary>
    public float? Theta { get; init; }

    /// <summary>What the picture of a text diff shows now, in words; <see cref="Prompt"/> says what it is to show. Null or empty turns to the prompt itself.</summary>
    public string? FromPrompt { get; init; }

    /// <summary>
    /// Image embeddings that the prior draws, 1 to <see cref="PipelineLimits.MaxPriorSamples"/>: the one nearest to the prompt's text embedding is taken
    /// (unCLIP, arXiv 2204.06125, §2.2). The first is the one that 1 draws.
    /// </summary>
    public int PriorSamples { get; init; } = 1;

    /// <summary>Remembers the noise that inversion finds, for the next request that begins from the same picture; the caller owns it. The picture is the same without.</summary>
    public InversionCache? Inversions { get; init; }

    /// <summary>For inpainting, of the picture's size: 1 = make anew.</summary>
    public Mask? Mask { get; init; }

    /// <summary>0..1, how far image-to-image and inpainting go from the given picture: 1 starts from pure noise.</summary>
    public float Strength { get; init; } = 1f;

    /// <summary>
    /// How much a variation may differ, 0..1 (unCLIP, arXiv 2204.06125, §3.1): it starts from the picture's own noise, found by inversion, and DDIM's η draws
    /// new noise at each step; flow matching has none in its steps, and turns the start from the picture's noise (0) to the seed's (1). Null: the seed's noise.
    /// </summary>
    public float? Eta { get; init; }

    /// <summary>
    /// Unit noise to start from instead of the seed's, <c>[channels * height * width]</c> of the latents: for interpolation (slerp
    /// between two noises) and for what inversion found. Null: the seed's stream "latents".
    /// </summary>
    public float[]? InitialNoise { get; init; }

    /// <summary>
    /// A CLIP image embedding to use instead of the prior's or the picture's own, for models that take one: interpolations and text
    /// diffs. Scaled as the model's image encoder gives it.
    /// </summary>
    public float[]? ImageEmbedding { get; init; }

    /// <summary>Put the finished picture through the model's own upscaler: the result is <see cref="PipelineInfo.UpscaleFactor"/> times as wide and high.</summary>
    public bool Upscale { get; init; }
}
