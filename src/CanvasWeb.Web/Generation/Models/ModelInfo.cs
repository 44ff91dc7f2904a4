using CanvasWeb.Canvas.Frames;
using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Generation.Models;

/// <summary>A model that some worker has announced, as the prompt bar needs it.</summary>
/// <param name="Name">The id in settings.</param>
/// <param name="Title">For people.</param>
/// <param name="Geometry">Sizes that it paints.</param>
/// <param name="NativeSide">Pixels a side: the ratio-free size of a new frame's picture.</param>
/// <param name="CanVary">Can make variations of a picture.</param>
/// <param name="TakesNegativePrompt">False: a negative prompt would change nothing.</param>
/// <param name="Schedulers">What the setting takes; the default is among them.</param>
/// <param name="PricePercent">Its price in percent of the usual one.</param>
/// <param name="Online">A connected worker has it now; otherwise jobs wait for one.</param>
internal sealed record ModelInfo(
    string Name,
    string Title,
    ModelGeometry Geometry,
    int NativeSide,
    bool CanVary,
    bool TakesNegativePrompt,
    int DefaultSteps,
    double DefaultGuidance,
    string DefaultScheduler,
    IReadOnlyList<string> Schedulers,
    int MaxSteps,
    double MaxGuidance,
    int MaxPromptLength,
    bool Online,
    int PricePercent = 100)
{
    /// <summary>Since when the site knows it.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>All that it can do.</summary>
    public IReadOnlyList<JobTask> Tasks { get; init; } = [];

    /// <summary>It draws image embeddings from words: more than one may be drawn for each picture.</summary>
    public bool HasPrior { get; init; }

    /// <summary>How many times as wide and high it makes a picture that it enlarges; 1 where it does not.</summary>
    public int UpscaleFactor { get; init; } = 1;

    /// <summary>Most pixels of a picture that it enlarges; 0 where it does not say.</summary>
    public long MaxUpscalePixels { get; init; }

    /// <summary>Of the schedulers those that can find a picture's own noise, the usual one first; empty where it does not say.</summary>
    public IReadOnlyList<string> InvertibleSchedulers { get; init; } = [];
}
