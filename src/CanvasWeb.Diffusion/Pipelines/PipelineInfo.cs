using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>What a loaded model is and can do.</summary>
public sealed record PipelineInfo
{
    /// <summary>Folder name, unique in a catalog.</summary>
    public required string Name { get; init; }

    /// <summary>"stable-diffusion", "stable-diffusion-xl", "unclip", "kandinsky-2.2", "canvas-mini" ...</summary>
    public required string Family { get; init; }

    /// <summary>Where its graphs really run, all of them: <see cref="ExecutionProvider.Cpu"/> or <see cref="ExecutionProvider.Cuda"/>.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    public required IReadOnlySet<GenerationTask> Tasks { get; init; }

    /// <summary>Native side in pixels.</summary>
    public required int NativeSize { get; init; }

    /// <summary>Width and height must be multiples of this many pixels.</summary>
    public required int SizeMultiple { get; init; }

    public required int DefaultSteps { get; init; }

    public required float DefaultGuidanceScale { get; init; }

    public required SchedulerKind DefaultScheduler { get; init; }

    /// <summary>Positions of the text encoder, start and end token included.</summary>
    public required int MaxPromptTokens { get; init; }

    /// <summary>Whether a request may bring a CLIP image embedding (<see cref="GenerationRequest.ImageEmbedding"/>).</summary>
    public bool TakesImageEmbedding { get; init; }

    /// <summary>Whether it draws the embedding of a picture from words (<see cref="GenerationRequest.PriorSamples"/>).</summary>
    public bool HasPrior { get; init; }

    /// <summary>False for distilled models: guidance is an input of theirs, so there is no side that a negative prompt could take.</summary>
    public bool TakesNegativePrompt { get; init; } = true;

    /// <summary>The prior guides away from the negative prompt too, whatever the guidance of the decoder.</summary>
    internal bool PriorTakesNegativePrompt { get; init; }

    /// <summary>How many times larger the model's own upscaler makes a picture; 1 where it has none.</summary>
    public int UpscaleFactor { get; init; } = 1;
}
