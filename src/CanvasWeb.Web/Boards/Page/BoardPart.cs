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

    /// <summary>Does what fails while the database or the board is away for a moment: the page says so and lives on.</summary>
    private protected async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (BoardPageModel.IsPassing(error))
        {
            Page.Failed?.Invoke(error);
        }
    }

    /// <summary>The same for what nobody awaits. Whatever else goes wrong there ends the circuit with its error, and is not lost.</summary>
    private protected void Start(Func<Task> work) => _ = InvokeAsync(async () =>
    {
        try
        {
            await TryAsync(work);
            StateHasChanged();
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    });

    private protected virtual void OnChanged(object? sender, EventArgs args) => _ = InvokeAsync(StateHasChanged);
}
