using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Commands;

/// <summary>What every verb that makes pictures can be told, parsed. Null leaves a value to the model.</summary>
internal sealed record PictureOptions
{
    public string NegativePrompt { get; init; } = "";

    /// <summary>Null draws one, which the report and the file name show.</summary>
    public ulong? Seed { get; init; }

    public int? Steps { get; init; }

    public float? GuidanceScale { get; init; }

    public SchedulerKind? Scheduler { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>Index of the first picture.</summary>
    public int ImageIndex { get; init; }

    public ModelChoice Model { get; init; } = new();

    /// <summary>File to write, or a folder; null writes a file named after prompt and seed to the working folder.</summary>
    public string? Out { get; init; }

    public bool Force { get; init; }

    /// <summary>Folder for a preview of every step; null decodes none.</summary>
    public string? PreviewsFolder { get; init; }

    public bool EmbedParameters { get; init; } = true;

    public ReportOptions Report { get; init; } = new();
}
