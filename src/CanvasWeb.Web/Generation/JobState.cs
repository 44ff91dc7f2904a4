namespace CanvasWeb.Web.Generation;

/// <summary>Where a job is. Only the first two still change.</summary>
internal enum JobState
{
    /// <summary>Waits for a worker, for the first time or again after one was lost.</summary>
    Queued,

    /// <summary>A worker holds a lease on it.</summary>
    Running,

    Succeeded,
    Failed,
    Canceled,

    /// <summary>It took its workers down too often. People see it as failed.</summary>
    Poisoned,
}
