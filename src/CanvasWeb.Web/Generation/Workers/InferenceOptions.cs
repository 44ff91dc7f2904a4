using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Where pictures are made.</summary>
internal sealed record InferenceOptions
{
    public const string Section = "Inference";

    public InferenceMode Mode { get; init; } = InferenceMode.Child;

    /// <summary>What workers that were started by hand show; at least 128 random bits. Empty: only the site's own child may connect.</summary>
    [MinLength(0), MaxLength(512)]
    public string Key { get; init; } = "";

    /// <summary>The worker's executable. Empty: found beside the site or in its project's output folder.</summary>
    public string Program { get; init; } = "";

    /// <summary>Folder of model folders for the child. Empty: the worker's own search.</summary>
    public string Models { get; init; } = "";

    /// <summary>Longest pause before a child that ended is started again.</summary>
    [Range(1, 3_600)]
    public int MaxRestartSeconds { get; init; } = 30;
}
