using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Shell.Events;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;

namespace CanvasWeb.Web.Credits.Page;

/// <summary>A component that shows somebody's credits and reads them again whenever they change.</summary>
public abstract class LiveCredits : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _subscription;
    private PersistingComponentStateSubscription _keeping;
    private bool _tookCarried;

    [Inject] private protected Ledger Ledger { get; set; } = null!; // Set by Blazor, as all below.

    [Inject] private UserEvents Events { get; set; } = null!;

    [Inject] private PersistentComponentState Carried { get; set; } = null!;

    [CascadingParameter] private Task<AuthenticationState> SignedIn { get; set; } = null!;

    private protected string UserId { get; private set; } = "";

    /// <summary>Ends when the component leaves the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    public void Dispose()
    {
        _subscription?.Dispose();
        _keeping.Dispose();
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task OnInitializedAsync()
    {
        UserId = (await SignedIn).User.UserId();
        // Drawn once for the first answer nobody listens; on the live page every change is read again.
        if (RendererInfo.IsInteractive)
            _subscription = Events.Subscribe(UserId, happened =>
            {
                if (happened == UserEvent.CreditsChanged)
                    _ = InvokeAsync(ReadAgainAsync);
            });
        var key = GetType().Name;
        _keeping = Carried.RegisterOnPersisting(
            () =>
            {
                Keep(Carried, key);
                return Task.CompletedTask;
            },
            RenderMode.InteractiveServer);
        _tookCarried = Take(Carried, key);
        if (!_tookCarried)
            await ReadAsync();
    }

    // What was carried is as old as the page, and what changed before anybody listened here was told to nobody: once more, behind what shows.
    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender && _tookCarried ? ReadAgainAsync() : Task.CompletedTask;

    /// <summary>Reads what the component shows.</summary>
    protected abstract Task ReadAsync();

    // What was read for the first answer is carried to the live page, so that nothing blinks. By hand: the
    // attribute for it wants public properties, which would make half the ledger's types public.
    private protected abstract void Keep(PersistentComponentState carried, string key);

    private protected abstract bool Take(PersistentComponentState carried, string key);

    private async Task ReadAgainAsync()
    {
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left meanwhile.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }
}
