namespace CanvasWeb.Contracts;

/// <summary>A step is done.</summary>
public sealed record StepReport
{
    public required string JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Which picture of the job, from 0.</summary>
    public required int Image { get; init; }

    /// <summary>From 1 to <see cref="Steps"/>.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    /// <summary>Wall time of the step in milliseconds, preview not included.</summary>
    public required double StepMs { get; init; }

    /// <summary>WebP of at most <see cref="InferenceProtocol.PreviewMaxBytes"/>: the whole crop as it looks so far. Null: none for this step.</summary>
    public byte[]? Preview { get; init; }

    /// <summary>When the step ended, Unix milliseconds by the worker's clock: for measuring how late previews come.</summary>
    public required long EndedAtMs { get; init; }
}
