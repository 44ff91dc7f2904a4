using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Output;

/// <summary>What <c>models --json</c> prints.</summary>
internal sealed record ModelList(IReadOnlyList<ModelRow> Models);

/// <summary>One folder of a <see cref="ModelList"/>.</summary>
internal sealed record ModelRow
{
    public required string Name { get; init; }

    public string? Family { get; init; }

    /// <summary>Pixels a side.</summary>
    public int? NativeSize { get; init; }

    public required IReadOnlyList<string> Tasks { get; init; }

    public required long SizeBytes { get; init; }

    public required bool Usable { get; init; }

    public UnusableReason? Refusal { get; init; }
}
