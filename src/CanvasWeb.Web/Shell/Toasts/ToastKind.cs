namespace CanvasWeb.Web.Shell.Toasts;

internal enum ToastKind
{
    Info,
    Success,
    Warning,
    Danger,
}
