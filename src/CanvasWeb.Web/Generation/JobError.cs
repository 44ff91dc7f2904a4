namespace CanvasWeb.Web.Generation;

/// <summary>Why a job ended without pictures.</summary>
/// <param name="Code">Stable; pages translate by it.</param>
/// <param name="Message">An English sentence that says what happened and what to do.</param>
internal sealed record JobError(string Code, string Message);
