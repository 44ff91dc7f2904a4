namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>A line that counts.</summary>
/// <param name="Source">The file, or "admin".</param>
/// <param name="Number">In the file, from 1.</param>
/// <param name="Section">Its category, or a group ("@young").</param>
/// <param name="Text">Without what marks its kind.</param>
internal sealed record PolicyLine(string Source, int Number, string Section, PolicyLineKind Kind, string Text);
