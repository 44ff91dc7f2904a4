namespace CanvasWeb.Contracts;

/// <summary>A small picture in a few steps while somebody moves a slider. It is no job: nothing is stored, and nobody pays.</summary>
public sealed record SketchOrder
{
    public required string Model { get; init; }

    /// <summary><see cref="JobTask.TextDiff"/>, <see cref="JobTask.Interpolation"/> or <see cref="JobTask.Variation"/>.</summary>
    public required JobTask Task { get; init; }

    /// <summary>As <see cref="JobLease.Prompt"/>.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>As <see cref="JobLease.FromPrompt"/>.</summary>
    public string? FromPrompt { get; init; }

    /// <summary>As one of <see cref="JobLease.Thetas"/>.</summary>
    public double? Theta { get; init; }

    /// <summary>As <see cref="JobLease.Eta"/>.</summary>
    public double? Eta { get; init; }

    public ulong Seed { get; init; }

    /// <summary>1 to <see cref="InferenceProtocol.SketchMaxSteps"/>; null: what the worker finds good for a sketch.</summary>
    public int? Steps { get; init; }

    /// <summary>PNG or WebP of at most <see cref="InferenceProtocol.SketchMaxSide"/> a side.</summary>
    public required byte[] Picture { get; init; }

    /// <summary>Likewise; an interpolation's second picture.</summary>
    public byte[]? Other { get; init; }

    /// <summary>As <see cref="JobLease.Score"/>: whether the site wants to know what the classifier says of the pictures and of the sketch.</summary>
    public bool Score { get; init; }
}
