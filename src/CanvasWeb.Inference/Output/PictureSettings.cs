namespace CanvasWeb.Inference.Output;

/// <summary>The settings that a picture was really made with, every default filled in. An enlargement of a given picture has no steps, guidance or sampler.</summary>
internal sealed record PictureSettings
{
    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    /// <summary>A name of <see cref="Commands.SchedulerNames"/>.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Pixels that the model worked on; the written picture may be larger (in- and outpainting crop and paste, an upscaler enlarges). Of an enlargement: the size that came out.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>0..1, only where a picture was given.</summary>
    public float? Strength { get; init; }

    /// <summary>True where the model's upscaler came after; absent otherwise.</summary>
    public bool? Upscale { get; init; }

    /// <summary>Only for variations.</summary>
    public float? Eta { get; init; }

    /// <summary>Only for interpolations and text diffs.</summary>
    public float? Theta { get; init; }

    /// <summary>Only for text diffs: the caption to go from.</summary>
    public string? FromPrompt { get; init; }

    /// <summary>Absent for one.</summary>
    public int? PriorSamples { get; init; }
}
