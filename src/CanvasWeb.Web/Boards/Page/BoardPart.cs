using Microsoft.AspNetCore.Components;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>A part of the board page: is drawn anew whenever the model says so. Public only because Razor makes public classes.</summary>
public abstract class BoardPart : ComponentBase, IDisposable
{
    [CascadingParameter]
    internal BoardPageModel Page { get; set; } = null!;

    protected override void OnInitialized() => Page.Changed += OnChanged;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
            Page.Changed -= OnChanged;
    }

    private protected virtual void OnChanged(object? sender, EventArgs args) => _ = InvokeAsync(StateHasChanged);
}
