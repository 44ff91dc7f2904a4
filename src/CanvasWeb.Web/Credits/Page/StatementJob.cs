namespace CanvasWeb.Web.Credits.Page;

/// <summary>What a statement says about a job.</summary>
/// <param name="BoardName">Null when the person may not see the board any more.</param>
internal sealed record StatementJob(int Pictures, string? BoardId, string? BoardName);
