using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Inference.Models;

/// <summary>What the verb <c>models</c> says about one folder.</summary>
internal sealed record ModelDescription
{
    public required string Name { get; init; }

    /// <summary>Null where the manifest cannot be read.</summary>
    public string? Family { get; init; }

    /// <summary>Pixels a side.</summary>
    public int? NativeSize { get; init; }

    public IReadOnlyList<GenerationTask> Tasks { get; init; } = [];

    /// <summary>What <c>--scheduler</c> takes with this model.</summary>
    public IReadOnlyList<string> Schedulers { get; init; } = [];

    /// <summary>It was loaded, so that its graphs are known to be good or the refusal says what is wrong.</summary>
    public bool WasLoaded { get; init; }

    public long SizeBytes { get; init; }

    /// <summary>Why the model cannot be used; null for a usable one.</summary>
    public UnusableReason? Refusal { get; init; }
}

/// <param name="File">The file at fault, relative to the model's folder where it lies in it.</param>
/// <param name="Reason">What is wrong with it and what to do.</param>
internal sealed record UnusableReason(string File, string Reason);
