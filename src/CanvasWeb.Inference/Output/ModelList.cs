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

    /// <summary>What <c>--scheduler</c> takes with this model.</summary>
    public required IReadOnlyList<string> Schedulers { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Nothing speaks against it; only <see cref="Checked"/> says that its graphs load.</summary>
    public required bool Usable { get; init; }

    /// <summary>It was loaded and its graphs are good (<c>--check</c>).</summary>
    public required bool Checked { get; init; }

    public UnusableReason? Refusal { get; init; }
}
