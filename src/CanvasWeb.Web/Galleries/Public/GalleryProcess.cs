using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>How a picture was made, as far as guests are told.</summary>
/// <param name="TellsWords">Its prompts are shown.</param>
/// <param name="Prompt">Null where it is not shown, or there was none.</param>
/// <param name="Seed">Of the job; together with <paramref name="Image"/> it decides the noise.</param>
/// <param name="Image">Which picture of the job, from 0.</param>
/// <param name="Placement">Where the picture lies, world units.</param>
/// <param name="CropSha256">Of an edit: the blob of what the model was shown.</param>
/// <param name="IsMerged">The picture is more than this job made: there is neither a film nor a before of it.</param>
/// <param name="FilmSha256">The blob of the pictures on the way, side by side; null where none were kept.</param>
/// <param name="FilmFrames">How many there are in it.</param>
internal sealed record GalleryProcess(
    bool TellsWords,
    string? Prompt,
    string? NegativePrompt,
    string Model,
    long? Seed,
    int Image,
    int? Steps,
    double? Guidance,
    string? Scheduler,
    DateTimeOffset MadeAt,
    JobTask Task,
    JobPlan Plan,
    WorldRect Placement,
    bool IsMerged,
    string? CropSha256,
    string? FilmSha256,
    int FilmFrames);
