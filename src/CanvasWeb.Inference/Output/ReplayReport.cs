using CanvasWeb.Contracts;

namespace CanvasWeb.Inference.Output;

/// <summary>What <c>replay --json</c> prints.</summary>
internal sealed record ReplayReport
{
    public required string Path { get; init; }

    /// <summary>"identical", "close" or "different".</summary>
    public required string Verdict { get; init; }

    /// <summary>Why the bytes may differ: another CPU class, runtime or model than the picture was made with. Empty where nothing is known to be other.</summary>
    public required IReadOnlyList<string> Other { get; init; }

    /// <summary><see cref="JobRecord.HashOf"/> of the picture made now.</summary>
    public required string PixelsSha256 { get; init; }

    /// <summary>The same of the picture as it was; null where no record says it and the file is lossy.</summary>
    public string? ExpectedPixelsSha256 { get; init; }

    /// <summary>0 to 255; null where the picture itself is not there to compare.</summary>
    public int? MaxDifference { get; init; }

    /// <summary>0 to 255.</summary>
    public double? MeanDifference { get; init; }

    /// <summary>Peak signal-to-noise ratio in decibels; null for identical pictures, and where nothing could be compared.</summary>
    public double? Decibels { get; init; }

    public required ModelReference Model { get; init; }

    public required string CpuClass { get; init; }

    public required SoftwareVersions Versions { get; init; }
}
