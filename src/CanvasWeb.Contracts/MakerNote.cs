using System.Text.Json.Serialization;

namespace CanvasWeb.Contracts;

/// <summary>What a worker notes about a picture that it has made: all that decides, beside the order itself, whether the same order gives the same bytes.</summary>
public sealed record MakerNote
{
    /// <summary>Of the worker: "0.1.0".</summary>
    public required string Version { get; init; }

    /// <summary>Of ONNX Runtime: "1.29.0".</summary>
    public required string Runtime { get; init; }

    /// <summary>Where the model ran: "cpu" or "cuda".</summary>
    public required string Provider { get; init; }

    /// <summary>
    /// System, architecture and instruction set: "linux-x64-avx512". ONNX Runtime's matrix kernels are chosen by the instruction set and add
    /// in another order on another one, so identical bytes are promised within one class only.
    /// </summary>
    public required string CpuClass { get; init; }

    /// <summary>Processors that the worker might use. Noted, not promised: with canvas-mini one thread and two gave the same bytes.</summary>
    public required int Threads { get; init; }

    /// <summary>Content hash of the model, lower-case hex.</summary>
    public required string ModelHash { get; init; }

    /// <summary><see cref="JobRecord.HashOf"/> of the picture as it was made, before any file format.</summary>
    public required string PixelsSha256 { get; init; }

    /// <summary>What the classifier says of the picture with what is around it; null where the lease did not ask (<see cref="JobLease.Score"/>). Told to the site, and no part of the picture's record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureScores? Scores { get; init; }
}
