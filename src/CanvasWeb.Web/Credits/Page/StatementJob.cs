using CanvasWeb.Contracts;

namespace CanvasWeb.Web.Credits.Page;

/// <summary>What a statement says about a job.</summary>
/// <param name="Task">What was asked for, beside new pictures.</param>
/// <param name="Prompt">Its words, shortened; empty when it had none.</param>
/// <param name="BoardName">Null when the person may not see the board any more.</param>
internal sealed record StatementJob(int Pictures, JobTask Task, string Prompt, string? BoardId, string? BoardName);
