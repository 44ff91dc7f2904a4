namespace CanvasWeb.Web.Moderation;

/// <summary>Marks the resource file of moderation's words.</summary>
internal sealed class ModerationText;
