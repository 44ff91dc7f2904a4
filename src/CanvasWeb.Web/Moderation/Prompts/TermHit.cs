namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>A line's words in a folded text.</summary>
/// <param name="Start">Of what matched, with the spaces around it.</param>
/// <param name="End">Behind it.</param>
internal readonly record struct TermHit(PolicyLine Line, int Start, int End);
