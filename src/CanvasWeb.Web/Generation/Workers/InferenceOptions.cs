using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Where pictures are made.</summary>
internal sealed record InferenceOptions
{
    public const string Section = "Inference";

    public InferenceMode Mode { get; init; } = InferenceMode.Child;

    /// <summary>128 bits in Base64Url, the shortest usual way to write them.</summary>
    public const int ShortestKey = 22;

    /// <summary>What workers that were started by hand show; at least 128 random bits. Empty: only the site's own child may connect.</summary>
    [MaxLength(512)]
    public string Key { get; init; } = "";

    /// <summary>The worker's executable. Empty: found beside the site or in its project's output folder.</summary>
    public string Program { get; init; } = "";

    /// <summary>Folder of model folders for the child. Empty: the worker's own search.</summary>
    public string Models { get; init; } = "";

    /// <summary>Longest pause before a child that ended is started again.</summary>
    [Range(1, 3_600)]
    public int MaxRestartSeconds { get; init; } = 30;

    public bool HasKeyForItsMode => Mode != InferenceMode.External || Key.Length != 0;

    public bool HasLongKeyOrNone => Key.Length is 0 or >= ShortestKey;
}
