namespace CanvasWeb.Inference.Output;

/// <summary>
/// What is written into a picture's file: enough to make the picture again, and nothing that differs between two runs of the same
/// command (no time, no machine, no path), because the same command must give the same bytes.
/// </summary>
internal sealed record PictureParameters
{
    public required string Software { get; init; }

    /// <summary>The verb: "generate", "inpaint", "vary", "upscale" and so on.</summary>
    public required string Verb { get; init; }

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>Absent where nothing was drawn by lot: enlargements.</summary>
    public ulong? Seed { get; init; }

    public required int ImageIndex { get; init; }

    public required PictureSettings Settings { get; init; }

    public required ModelReference Model { get; init; }
}
