namespace CanvasWeb.Contracts;

/// <summary>What a model is and can do, from its folder: nothing is loaded to know it.</summary>
public sealed record ModelDescription
{
    /// <summary>Folder name, unique on a worker; what jobs ask for.</summary>
    public required string Name { get; init; }

    /// <summary>"canvas-mini", "stable-diffusion" …</summary>
    public required string Family { get; init; }

    /// <summary>What <see cref="JobTask"/> it can do.</summary>
    public required IReadOnlyList<JobTask> Tasks { get; init; }

    /// <summary>Pixels of its native width times height: the size in which it paints best, whatever the ratio.</summary>
    public required long NativeArea { get; init; }

    /// <summary>Sides are multiples of this many pixels.</summary>
    public required int SizeMultiple { get; init; }

    /// <summary>Pixels.</summary>
    public required int MinSide { get; init; }

    /// <summary>Pixels.</summary>
    public required int MaxSide { get; init; }

    public required int DefaultSteps { get; init; }

    public required double DefaultGuidance { get; init; }

    /// <summary>One of <see cref="Schedulers"/>.</summary>
    public required string DefaultScheduler { get; init; }

    /// <summary>The samplers that it runs with, by the field's names: "ddim", "euler", "dpm++2m" …; empty for a model that has only its own.</summary>
    public required IReadOnlyList<string> Schedulers { get; init; }

    /// <summary>Those that can find a picture's own noise, the usual one first: interpolations, text diffs and variations with <see cref="JobLease.Eta"/> run with no other. Empty where that is not known.</summary>
    public IReadOnlyList<string> InvertibleSchedulers { get; init; } = [];

    public required int MaxSteps { get; init; }

    public bool TakesNegativePrompt { get; init; } = true;

    /// <summary>It paints from the embedding of a picture: what variations, interpolations and text diffs are made of.</summary>
    public bool TakesEmbeddings { get; init; }

    /// <summary>It draws the embedding of a picture from words: <see cref="JobLease.PriorSamples"/> may be more than 1.</summary>
    public bool HasPrior { get; init; }

    /// <summary>How many times as wide and high <see cref="JobTask.Upscale"/> makes a picture; 1 where the model has no upscaler.</summary>
    public int UpscaleFactor { get; init; } = 1;

    /// <summary>Most pixels of a picture that <see cref="JobTask.Upscale"/> is given; 0 where that is not known.</summary>
    public long MaxUpscalePixels { get; init; }

    /// <summary>Names the space of its embeddings: a hash of the encoders that make them. Null where it cannot compare pictures with words.</summary>
    public string? EmbeddingSpace { get; init; }
}
