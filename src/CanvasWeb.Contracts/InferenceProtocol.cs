namespace CanvasWeb.Contracts;

/// <summary>
/// Names on the wire between site and worker. The hub speaks SignalR's JSON protocol; pictures travel over HTTP. Both ask for the
/// header <c>Authorization: Bearer KEY</c>.
/// </summary>
public static class InferenceProtocol
{
    /// <summary>The hub's path on the site.</summary>
    public const string HubPath = "/hubs/inference";

    /// <summary>Longest side of a preview in pixels.</summary>
    public const int PreviewMaxSide = 256;

    /// <summary>Most bytes of an encoded preview.</summary>
    public const int PreviewMaxBytes = 12 * 1024;

    /// <summary>Most pictures of a film: what is left of the previews of one generation, side by side in one WebP.</summary>
    public const int FilmMaxFrames = 24;

    /// <summary>Longest side of a picture of a film in pixels.</summary>
    public const int FilmMaxSide = 192;

    /// <summary>Most bytes of a film.</summary>
    public const int FilmMaxBytes = 200 * 1024;

    /// <summary>Most of <see cref="JobLease.PriorSamples"/>.</summary>
    public const int MaxPriorSamples = 8;

    /// <summary>Most bytes of an embedding: 1,024 numbers.</summary>
    public const int EmbeddingMaxBytes = 4 * 1024;

    /// <summary>Most steps of a <see cref="SketchOrder"/>.</summary>
    public const int SketchMaxSteps = 8;

    /// <summary>Longest side in pixels of a picture that a <see cref="SketchOrder"/> brings.</summary>
    public const int SketchMaxSide = 256;

    /// <summary>Header of an uploaded picture: its <see cref="MakerNote"/> as JSON in ASCII.</summary>
    public const string MakerNoteHeader = "CanvasWeb-Maker-Note";

    /// <summary>Most characters of <see cref="MakerNoteHeader"/>.</summary>
    public const int MakerNoteMaxLength = 2048;

    /// <summary>Raised when a record changes its meaning; the site refuses a worker of another version with words.</summary>
    public const int Version = 2;

    /// <summary>Worker to site: <see cref="WorkerHello"/> → <see cref="WorkerWelcome"/>. First call of every connection.</summary>
    public const string Hello = "Hello";

    /// <summary>Worker to site: → <see cref="JobLease"/> or null. Asked when idle, after <see cref="WorkAvailable"/> and now and then.</summary>
    public const string Lease = "Lease";

    /// <summary>Worker to site, without an answer: <see cref="StepReport"/>.</summary>
    public const string ReportStep = "ReportStep";

    /// <summary>Worker to site: <see cref="LeaseToken"/>[] of what it runs → the job ids it must stop (cancelled, or leased to another).</summary>
    public const string Heartbeat = "Heartbeat";

    /// <summary>Worker to site: <see cref="InputScores"/> → whether to go on; false when the site has ended the job, and nothing is to be done. Asked only where <see cref="JobLease.Score"/> is set.</summary>
    public const string JudgeInputs = "JudgeInputs";

    /// <summary>Worker to site: <see cref="JobResult"/> → whether it was taken; false when the lease was lost, and nothing is to be done.</summary>
    public const string Complete = "Complete";

    /// <summary>Worker to site: <see cref="JobFailure"/> → whether it was taken.</summary>
    public const string Fail = "Fail";

    /// <summary>Site to worker: there may be something to lease. A hint; losing it costs the time until the next question.</summary>
    public const string WorkAvailable = "WorkAvailable";

    /// <summary>Site to worker: stop this <see cref="LeaseToken"/> within a step.</summary>
    public const string Cancel = "Cancel";

    /// <summary>Site to worker, with an answer: <see cref="EmbedTextOrder"/> → <see cref="EmbeddingAnswer"/>. Answered beside a job, too.</summary>
    public const string EmbedText = "EmbedText";

    /// <summary>Site to worker, with an answer: <see cref="SketchOrder"/> → <see cref="SketchAnswer"/>. A worker in the middle of a job or of another sketch says so at once.</summary>
    public const string Sketch = "Sketch";

    /// <summary>GET: an input of a job, by the name in <see cref="JobLease.Inputs"/>.</summary>
    public static string InputPath(string jobId, int attempt, string name) => FormattableString.Invariant($"/inference/inputs/{jobId}/{attempt}/{name}");

    /// <summary>PUT: one finished picture as PNG → <see cref="StoredPicture"/>. Repeating it is harmless.</summary>
    public static string ResultPath(string jobId, int attempt, int image) => FormattableString.Invariant($"/inference/results/{jobId}/{attempt}/{image}");

    /// <summary>PUT: the film of an uploaded picture as WebP. Repeating it is harmless; without it the picture has none.</summary>
    /// <param name="frames">Pictures side by side, 2 to <see cref="FilmMaxFrames"/>; the file's width is a multiple of it.</param>
    public static string FilmPath(string jobId, int attempt, int image, int frames) => FormattableString.Invariant($"/inference/results/{jobId}/{attempt}/{image}/film?frames={frames}");
}
