using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Provenance;

/// <summary>Where a picture comes from: who asked for it, how it was made, and what is kept of its making. <see cref="How"/> is the part that may leave the site.</summary>
/// <param name="How">Enough to make it again; names no person.</param>
/// <param name="BoardId">Empty for pictures that programs asked for.</param>
/// <param name="UserId">Who asked for it.</param>
/// <param name="Author">Their display name.</param>
/// <param name="Task">What the frame asked for.</param>
/// <param name="Settings">What the prompt bar had, with everything filled in.</param>
/// <param name="VariationOf">The picture that this should be like.</param>
/// <param name="FilmSha256">Blob of the film (<see cref="InferenceProtocol.FilmMaxFrames"/>); null where there is none.</param>
/// <param name="FilmFrames">Pictures in it, side by side.</param>
/// <param name="Pictures">How many the job made.</param>
/// <param name="Price">Credits that the whole job took.</param>
internal sealed record ProvenanceRecord(
    JobRecord How,
    string BoardId,
    string UserId,
    string Author,
    FrameTask Task,
    FrameSettings Settings,
    ResultRef? VariationOf,
    string? FilmSha256,
    int FilmFrames,
    int Pictures,
    long Price)
{
    /// <summary>Cosine of the picture with its prompt; null where nobody measured it. Not part of <see cref="How"/>: it is an opinion about the picture and makes none.</summary>
    public double? Similarity { get; init; }

    public ResultRef Result => new(How.Job, How.Image);
}
