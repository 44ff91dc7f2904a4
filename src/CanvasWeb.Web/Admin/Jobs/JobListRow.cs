using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>A job as admins see it.</summary>
/// <param name="Worker">The connection that has it.</param>
/// <param name="ReportedPrompt">What was asked for, only where one of its pictures was reported: an admin reads nobody's words without a cause.</param>
/// <param name="RequeuedAs">Its second life, where an admin gave it one.</param>
internal sealed record JobListRow(
    string Id, string UserId, JobSource Source, JobTask Task, string Model, JobState State, int Count, long Price, int Crashes, int StepsDone, int StepsTotal,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? ErrorCode, string? ErrorMessage, string? Worker, string? ReportedPrompt, string? RequeuedAs);
