namespace CanvasWeb.Web.Generation.Workers;

/// <summary>A worker that is to take no more jobs, by its name. In the database, because any process of the site may be the one that it asks.</summary>
internal sealed class WorkerDrain
{
    public const int WorkerLength = 200;

    public required string Worker { get; init; }

    public required DateTimeOffset Since { get; init; }
}
