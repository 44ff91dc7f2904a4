using System.Collections.Immutable;

namespace CanvasWeb.Web.Shell.Toasts;

/// <summary>
/// Messages for one person's open page (scoped: one for each circuit). For what happened elsewhere or can be undone; what failed because of
/// a field or a button is said beside that field or button instead.
/// </summary>
internal sealed class ToastService
{
    /// <summary>More than this cannot be read in the time they stay; the oldest goes.</summary>
    private const int Most = 3;

    private long _last;

    public ImmutableList<Toast> Shown { get; private set; } = [];

    public event EventHandler? Changed;

    public void Show(string text, ToastKind kind = ToastKind.Info, string? actionText = null, Func<Task>? action = null)
    {
        // The same words twice in a row are one message, not two.
        Shown = Shown.RemoveAll(toast => toast.Text == text).Add(new(++_last, text, kind, actionText, action));
        if (Shown.Count > Most)
            Shown = Shown.RemoveAt(0);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    public void Remove(Toast toast)
    {
        Shown = Shown.RemoveAll(shown => shown.Number == toast.Number);
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
