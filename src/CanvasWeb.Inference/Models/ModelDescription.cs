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

    public long SizeBytes { get; init; }

    /// <summary>Why the model cannot be used, with the file at fault; null for a usable one.</summary>
    public ModelRefusal? Refusal { get; init; }
}

/// <param name="File">Relative to the model's folder.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record ModelRefusal(string File, string Reason);
