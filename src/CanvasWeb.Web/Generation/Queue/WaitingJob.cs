namespace CanvasWeb.Web.Generation.Queue;

/// <summary>What the order of the queue depends on.</summary>
internal sealed record WaitingJob(string Id, string UserId, string BoardId, string Model, int Priority, int Steps, DateTimeOffset CreatedAt, bool IsProgram = false);
