using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Shell.Toasts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>All boards of the person, and those in the bin: large thumbnails, and what one does with a board as a whole.</summary>
public sealed partial class BoardsPage : IAsyncDisposable
{
    private static readonly TimeSpan s_wordsGrowOld = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _closing = new();

    // Copies made here of boards that show something: their pictures are on the way.
    private readonly HashSet<string> _drawing = new(StringComparer.Ordinal);
    private IReadOnlyList<BoardCard>? _cards;
    private string? _userId;
    private IDisposable? _subscription;
    private ITimer? _clock;
    private ElementReference _nameInput;
    private BoardCard? _deleting;
    private string? _renaming;
    private string _newName = "";
    private string? _problem;
    private int _inBin;
    private bool _isAsking;
    private bool _isBusy;
    private bool _focusName;

    [Inject] private BoardShelf Shelf { get; set; } = null!;

    [Inject] private CurrentUser CurrentUser { get; set; } = null!;

    [Inject] private UserEvents Events { get; set; } = null!;

    [Inject] private ToastService Toasts { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private IOptions<BoardsOptions> Options { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "sort")] private string? SortName { get; set; }

    private bool IsBin => new Uri(Navigation.Uri).AbsolutePath.EndsWith("/bin", StringComparison.Ordinal);

    private BoardSort Sort
    {
        get => Enum.TryParse<BoardSort>(SortName, ignoreCase: true, out var sort) ? sort : BoardSort.Edited;
        set => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("sort", value == BoardSort.Edited ? null : value.ToString().ToLowerInvariant()), replace: true);
    }

    private IEnumerable<BoardCard> Sorted => IsBin ? Cards : Sort switch
    {
        BoardSort.Edited => Cards,
        BoardSort.Created => Cards.OrderByDescending(static card => card.CreatedAt),
        BoardSort.Name => Cards.OrderBy(static card => card.Name, StringComparer.CurrentCultureIgnoreCase),
    };

    private IReadOnlyList<BoardCard> Cards => _cards ?? [];

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        if (_clock is not null)
            await _clock.DisposeAsync();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (await CurrentUser.GetAsync(_closing.Token) is not { } person)
            return;
        _userId = person.Id;
        await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _userId is { } userId)
        {
            _subscription = Events.Subscribe(userId, happened =>
            {
                if (happened == UserEvent.BoardsChanged)
                    _ = InvokeAsync(RefreshAsync);
            });
            _clock = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, s_wordsGrowOld, s_wordsGrowOld);
        }

        if (_focusName)
        {
            _focusName = false;
            await _nameInput.FocusAsync();
        }
    }

    private async Task ReadAsync()
    {
        if (_userId is not { } userId)
            return;
        var bin = await Shelf.BinAsync(userId, _closing.Token);
        _cards = IsBin ? bin : await Shelf.ListAsync(userId, _closing.Token);
        _inBin = bin.Count;
    }

    private async Task RefreshAsync()
    {
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task CreateAsync()
    {
        var id = RandomId.New();
        await DoAsync(userId => Shelf.CreateAsync(userId, id, T["Untitled"], _closing.Token), () => Navigation.NavigateTo("/b/" + id));
    }

    private async Task DuplicateAsync(BoardCard card)
    {
        var name = CopyNames.Next(card.Name, Cards.Select(static other => other.Name), T);
        if (name.Length > Board.MaxNameLength)
            name = card.Name;
        var id = RandomId.New();
        if (card.ThumbnailUrl is not null)
            _drawing.Add(id);
        await DoAsync(userId => Shelf.DuplicateAsync(userId, card.Id, id, name, _closing.Token), () => Toasts.Show(T["Duplicated", name], ToastKind.Success));
    }

    private void BeginRename(BoardCard card)
    {
        _renaming = card.Id;
        _newName = card.Name;
        _focusName = true;
    }

    private async Task RenameKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
            _renaming = null;
        else if (key.Key == "Enter" && Cards.FirstOrDefault(card => card.Id == _renaming) is { } card)
            await RenameAsync(card);
    }

    // Called by Enter and then again when the field loses the focus with its disappearance: the second finds nothing to do.
    private async Task RenameAsync(BoardCard card)
    {
        if (_renaming != card.Id)
            return;
        _renaming = null;
        if (_newName.Trim() != card.Name && !string.IsNullOrWhiteSpace(_newName))
            await DoAsync(userId => Shelf.RenameAsync(userId, card.Id, _newName, _closing.Token));
    }

    private void CardKeyAsync(KeyboardEventArgs key, BoardCard card)
    {
        if (card.Role != BoardRole.Owner)
            return;
        if (key.Key == "F2")
            BeginRename(card);
        else if (key.Key == "Delete")
            AskDelete(card);
    }

    private void AskDelete(BoardCard card)
    {
        _deleting = card;
        _isAsking = true;
    }

    private async Task DeleteAsync()
    {
        _isAsking = false;
        if (_deleting is { } card)
            await DoAsync(userId => Shelf.DeleteAsync(userId, card.Id, _closing.Token), () => Toasts.Show(T["InBin", card.Name], ToastKind.Info, T["Undo"], () => UndoDeleteAsync(card)));
    }

    // By the toast, which may outlive this page: nothing of the page is touched, its list hears of the change like any other.
    private async Task UndoDeleteAsync(BoardCard card)
    {
        if (_userId is { } userId)
            await Shelf.RestoreAsync(userId, card.Id, CancellationToken.None);
    }

    private Task RestoreAsync(BoardCard card) =>
        DoAsync(userId => Shelf.RestoreAsync(userId, card.Id, _closing.Token), () => Toasts.Show(T["Restored", card.Name], ToastKind.Success));

    private async Task DoAsync(Func<string, Task<BoardChange>> change, Action? done = null)
    {
        if (_userId is not { } userId || _isBusy)
            return;
        (_isBusy, _problem) = (true, null);
        try
        {
            var result = await change(userId);
            _problem = result switch
            {
                BoardChange.Done => null,
                BoardChange.TooMany => T["TooMany", Options.Value.PerUser].Value,
                BoardChange.BadName => T["BadName", Board.MaxNameLength].Value,
                BoardChange.NotFound => T["Gone"].Value,
            };
            if (result == BoardChange.Done)
                done?.Invoke();
        }
        catch (BoardUnavailableException)
        {
            _problem = T["NoAnswer"];
        }
        finally
        {
            _isBusy = false;
        }

        await ReadAsync();
    }
}
