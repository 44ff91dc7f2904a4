using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>What a request may cost at most. Attention grows with the square of the pixels: an unlimited size is a way to stop a machine.</summary>
public sealed record PipelineLimits
{
    /// <summary>Longest side, in native sides.</summary>
    public int MaxSideInNative { get; init; } = 4;

    /// <summary>Largest area, in native areas.</summary>
    public int MaxAreaInNative { get; init; } = 4;

    /// <summary>Most denoising steps.</summary>
    public int MaxSteps { get; init; } = ModelManifest.MaxSteps;

    /// <summary>Most samples of the prior for one picture.</summary>
    public int MaxPriorSamples { get; init; } = 8;

    /// <summary>Most pixels of a picture to upscale: a full high-definition one and a little more. Four times as wide and high it has 33 million.</summary>
    public long MaxUpscalePixels { get; init; } = 1 << 21;

    /// <summary>Largest guidance scale; samples fall apart long before.</summary>
    public float MaxGuidanceScale { get; init; } = 50f;

    /// <summary>Longest prompt, in characters, that is handed to the tokenizer at all.</summary>
    public int MaxPromptCharacters { get; init; } = 20_000;
}
