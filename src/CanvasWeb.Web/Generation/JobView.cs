using System.Text.Json.Serialization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;

namespace CanvasWeb.Web.Generation;

/// <summary>A job as one viewer sees it; the wire form of <c>jobChanged</c>.</summary>
/// <param name="Actor">Who asked for it.</param>
/// <param name="AuthorName">Their display name.</param>
/// <param name="Mine">The viewer asked for it.</param>
/// <param name="State">Never <see cref="JobState.Poisoned"/>: that is shown as failed.</param>
/// <param name="Place">Jobs before this one in the queue; null once it runs. 0 is next.</param>
/// <param name="Step">Steps done over all images.</param>
/// <param name="Steps">Steps of all images together.</param>
/// <param name="EtaMs">Until the last picture is there; null when nothing is known to tell it from.</param>
/// <param name="WorkerAway">No connected worker has the model: it waits until one comes, and may be canceled.</param>
/// <param name="Price">Credits held, or captured once it succeeded.</param>
/// <param name="Results">The pictures; empty until it succeeded.</param>
/// <param name="Discarded">The candidates were put away; history still has them.</param>
internal sealed record JobView(
    string Id,
    string BoardId,
    NodeId FrameId,
    string Actor,
    string AuthorName,
    bool Mine,
    JobState State,
    FrameTask Task,
    int? Place,
    int Step,
    int Steps,
    long? EtaMs,
    bool WorkerAway,
    long Price,
    IReadOnlyList<JobResultView> Results,
    FrameSettings Settings,
    ResultRef? VariationOf,
    JobError? Error,
    bool Discarded,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    /// <summary>What was made of tiles; null for frames' own pictures.</summary>
    public PictureOperation? Operation { get; init; }

    /// <summary>Pictures that were made and are kept back (see Moderation): not among the results and not paid for.</summary>
    public int Withheld { get; init; }

    /// <summary>Whose words the prompt is. For those on the site who decide what strangers read; not sent.</summary>
    [JsonIgnore]
    public string PromptWriter { get; init; } = "";
}
