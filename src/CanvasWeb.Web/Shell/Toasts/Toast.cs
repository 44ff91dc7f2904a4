namespace CanvasWeb.Web.Shell.Toasts;

/// <summary>One short message that leaves by itself.</summary>
/// <param name="ActionText">What the button says, usually "Undo"; null for none.</param>
internal sealed record Toast(long Number, string Text, ToastKind Kind, string? ActionText, Func<Task>? Action);
