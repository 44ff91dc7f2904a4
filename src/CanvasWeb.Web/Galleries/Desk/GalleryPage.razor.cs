using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Shell.Toasts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>One gallery, as its owner hangs and shares it. Everything is saved as it is changed. Public only because Razor makes public classes and JavaScript calls it.</summary>
public sealed partial class GalleryPage : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private GalleryDetails? _details;
    private BoardCard? _board;
    private string? _userId;
    private ElementReference _root;
    private IJSObjectReference? _script;
    private IJSObjectReference? _sorting;
    private DotNetObjectReference<GalleryPage>? _bridge;
    private Ask _asking;
    private string? _problem;
    private string? _moved;
    private string? _focusNext;
    private bool _isPicking;
    private bool _isSaving;
    private bool _hasSaved;

    [Parameter] public string GalleryId { get; set; } = "";

    [Inject] private GalleryService Galleries { get; set; } = null!;
    [Inject] private BoardShelf Shelf { get; set; } = null!;
    [Inject] private CurrentUser CurrentUser { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private ToastService Toasts { get; set; } = null!;
    [Inject] private IOptions<GalleriesOptions> Options { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;

    // Drawn before the circuit stands, and then nobody would hear of a change.
    internal bool IsIdle => !RendererInfo.IsInteractive;

    internal bool IsOpen => _details?.Gallery.IsOpenAt(Time.GetUtcNow()) ?? false;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _closing.Dispose();
        try
        {
            if (_sorting is not null)
            {
                await _sorting.InvokeVoidAsync("destroy");
                await _sorting.DisposeAsync();
            }

            if (_script is not null)
                await _script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone and its scripts with it.
        }

        _bridge?.Dispose();
    }

    /// <summary>A picture was dragged.</summary>
    /// <param name="place">From 0, where it was let go of.</param>
    [JSInvokable]
    public Task OnMoved(string itemId, int place) => InvokeAsync(() => MoveAsync(itemId, place, null));

    protected override async Task OnInitializedAsync()
    {
        var person = await CurrentUser.GetAsync(_closing.Token);
        _userId = person?.Id;
        await ReadAsync();
        if (_details is null)
        {
            Navigation.NotFound();
            return;
        }

        if (_details.Gallery.BoardId is { } boardId)
            _board = (await Shelf.ListAsync(_details.Gallery.OwnerId, _closing.Token)).FirstOrDefault(board => board.Id == boardId);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _details is not null)
        {
            _bridge = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/galleries/desk.js");
            _sorting = await _script.InvokeAsync<IJSObjectReference>("open", _closing.Token, _root, _bridge);
        }

        if (_focusNext is { } selector && _script is not null)
        {
            // What is moved in the page loses the focus; the keyboard stays with the picture.
            _focusNext = null;
            await _script.InvokeVoidAsync("focus", _closing.Token, selector);
        }
    }

    internal GalleryDetails? Details => _details;

    internal void AskFirst(Ask ask)
    {
        _asking = ask;
        StateHasChanged();
    }

    private async Task ReadAsync() =>
        _details = _userId is null ? null : await Galleries.FindAsync(_userId, GalleryId, _closing.Token);

    internal Task SaveAsync(Func<GallerySettings, GallerySettings> change) =>
        _details is null ? Task.CompletedTask : ChangeAsync(user => Galleries.UpdateAsync(user, GalleryId, change(_details.Gallery.Settings()), _closing.Token));

    /// <summary>Makes a change, tells what came of it, and reads the gallery anew.</summary>
    internal async Task ChangeAsync(Func<string, Task<GalleryChange>> change)
    {
        if (_userId is not { } userId)
            return;
        (_isSaving, _problem) = (true, null);
        try
        {
            var result = await change(userId);
            _hasSaved = result == GalleryChange.Done;
            if (result != GalleryChange.Done)
                _problem = DeskWords.Problem(result, Options.Value, T);
        }
        catch (BoardUnavailableException)
        {
            _problem = T["NoAnswer"];
        }
        finally
        {
            _isSaving = false;
        }

        await ReadAsync();
        if (_details is null)
            Navigation.NavigateTo("/galleries");
        StateHasChanged();
    }

    private async Task MoveAsync(string itemId, int place, string? button)
    {
        if (_details is null)
            return;
        var order = _details.Items.Select(static item => item.Id).ToList();
        place = Math.Clamp(place, 0, order.Count - 1);
        if (order.IndexOf(itemId) is var from && (from < 0 || from == place))
            return;
        order.RemoveAt(from);
        order.Insert(place, itemId);
        await ChangeAsync(user => Galleries.ReorderAsync(user, GalleryId, order, _closing.Token));
        _moved = T["Moved", place + 1, order.Count];
        if (button is not null)
            _focusNext = $"#item-{itemId} [data-{button}]";
    }

    private async Task RemoveAsync(GalleryItem item)
    {
        if (_details is null || _userId is not { } userId)
            return;
        var order = _details.Items.Select(static one => one.Id).ToList();
        await ChangeAsync(user => Galleries.RemoveAsync(user, GalleryId, [item.Id], _closing.Token));
        if (_problem is not null)
            return;
        Toasts.Show(T["Removed"], ToastKind.Info, T["Undo"], () => HangAgainAsync(userId, item, order));
        var next = order.IndexOf(item.Id) is var index && index + 1 < order.Count ? order[index + 1] : order.Count > 1 ? order[index - 1] : null;
        _focusNext = next is null ? ".cwk-pictures-head button" : $"#item-{next} [aria-label]:is(button):last-child";
    }

    // By the toast, which may outlive this page.
    private async Task HangAgainAsync(string userId, GalleryItem item, List<string> order)
    {
        var change = item.SourceKey.Split(':') switch
        {
            ["node", var board, var node] => await Galleries.AddTilesAsync(userId, GalleryId, board, [new NodeId(node)], CancellationToken.None),
            ["result", var job, var image] => await Galleries.AddResultsAsync(userId, GalleryId, [new(job, int.Parse(image, System.Globalization.CultureInfo.InvariantCulture))], CancellationToken.None),
            _ => GalleryChange.NotFound,
        };
        if (change == GalleryChange.Done && await Galleries.FindAsync(userId, GalleryId, CancellationToken.None) is { } details && details.Items.FirstOrDefault(one => one.SourceKey == item.SourceKey) is { } again)
        {
            await Galleries.DescribeAsync(userId, GalleryId, again.Id, item.Caption, CancellationToken.None);
            await Galleries.ReorderAsync(userId, GalleryId, order.ConvertAll(id => id == item.Id ? again.Id : id), CancellationToken.None);
            if (details.Gallery.CoverId == item.Id)
                await Galleries.SetCoverAsync(userId, GalleryId, again.Id, CancellationToken.None);
        }
        else
        {
            Toasts.Show(DeskWords.Problem(change == GalleryChange.Done ? GalleryChange.NotFound : change, Options.Value, T), ToastKind.Warning);
        }

        if (!_closing.IsCancellationRequested)
        {
            await InvokeAsync(async () =>
            {
                await ReadAsync();
                StateHasChanged();
            });
        }
    }

    private async Task AddedAsync()
    {
        await ReadAsync();
        _hasSaved = true;
    }

    private async Task DoAskedAsync()
    {
        var asked = _asking;
        _asking = Ask.Nothing;
        if (asked == Ask.Revoke)
        {
            await ChangeAsync(user => Galleries.RevokeAsync(user, GalleryId, _closing.Token));
        }
        else if (asked == Ask.NewLink)
        {
            await ChangeAsync(async user => await Galleries.NewLinkAsync(user, GalleryId, _closing.Token) is null ? GalleryChange.NotFound : GalleryChange.Done);
        }
        else if (asked == Ask.Delete && _userId is { } userId)
        {
            await Galleries.DeleteAsync(userId, GalleryId, _closing.Token);
            Navigation.NavigateTo("/galleries");
        }
    }

    private static string Text(ChangeEventArgs change) => change.Value as string ?? "";

    private static bool IsOn(ChangeEventArgs change) => change.Value is true;
}
