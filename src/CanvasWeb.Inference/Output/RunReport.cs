namespace CanvasWeb.Inference.Output;

/// <summary>What <c>--json</c> prints for a verb that made pictures. Fields may be added; none changes its meaning.</summary>
internal sealed record RunReport
{
    public required string Verb { get; init; }

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>Absent where nothing was drawn by lot: enlargements.</summary>
    public ulong? Seed { get; init; }

    public required ModelReference Model { get; init; }

    /// <summary>"cpu" or "cuda".</summary>
    public required string Provider { get; init; }

    public required PictureSettings Settings { get; init; }

    public required IReadOnlyList<WrittenPicture> Images { get; init; }

    /// <summary>Wall milliseconds by stage, over all pictures: "load", then the pipeline's own ("text", "encode", "denoise", "decode" ...), then "hash" (of the model's files) and "write".</summary>
    public required IReadOnlyDictionary<string, double> StageMs { get; init; }

    /// <summary>Wall milliseconds of every denoising step without its preview, pictures one after another in the order made.</summary>
    public required IReadOnlyList<double> StepMs { get; init; }

    /// <summary>Previews that were decoded.</summary>
    public required int PreviewCount { get; init; }

    /// <summary>The most memory that the process ever held in RAM, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    public required SoftwareVersions Versions { get; init; }
}

/// <summary>One file of a <see cref="RunReport"/>.</summary>
/// <param name="Index">The image index: the same picture comes alone with <c>--image-index</c>.</param>
/// <param name="Path">As it can be opened from the working folder.</param>
/// <param name="Sha256">Of the file's bytes, lower-case hex.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Similarity">To the prompt, −1 to 1, where it was asked for.</param>
internal sealed record WrittenPicture(int Index, string Path, string Sha256, int Width, int Height, double? Similarity = null);

/// <summary>What the pictures depend on besides the model.</summary>
internal sealed record SoftwareVersions(string CanvasWeb, string DotNet, string OnnxRuntime);
