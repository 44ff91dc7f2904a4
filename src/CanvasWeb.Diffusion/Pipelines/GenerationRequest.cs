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

    /// <summary>The picture to start from: image-to-image, inpainting (already at <see cref="Width"/> x <see cref="Height"/>) or variation (any size).</summary>
    public PixelImage? Image { get; init; }

    /// <summary>For inpainting, of the picture's size: 1 = make anew.</summary>
    public Mask? Mask { get; init; }

    /// <summary>0..1, how far image-to-image and inpainting go from the given picture: 1 starts from pure noise.</summary>
    public float Strength { get; init; } = 1f;

    /// <summary>DDIM's η for variations, 0..1: how much the variation may differ (unCLIP, arXiv 2204.06125, §3.1). Null takes the default.</summary>
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
