using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>The job in the queue, or why there is none.</summary>
internal sealed record GenerateResult(JobView? Job = null, GenerationRefusal? Refusal = null);
