using System.Text.Json;
using System.Text.Json.Nodes;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Shell.Toasts;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>One board: the canvas and the chrome around it. Public only because Razor makes public classes and JavaScript calls it.</summary>
public sealed partial class BoardPage : ComponentBase, IAsyncDisposable
{
    private const int PastPromptsKept = 30;

    private readonly CancellationTokenSource _closing = new();
    private BoardPageModel? _model;
    private DotNetObjectReference<BoardPage>? _bridge;
    private IJSObjectReference? _script;
    private IJSObjectReference? _canvas;
    private IDisposable? _subscription;
    private ElementReference _page;
    private ElementReference _root;
    private string _lastState = "";
    private string? _drawer;
    private string? _failure;
    private bool _isShowingShortcuts;
    private bool _isExporting;
    private bool _isSharing;
    private bool _isLetOff;
    private IReadOnlyList<string> _selected = [];
    private IReadOnlyList<string> _results = [];
    private bool _hasFocusedPrompt;
    private IReadOnlyList<string> _pastPrompts = [];
    private string? _latestJob;
    private int _heard;

    [Parameter] public string BoardId { get; set; } = "";

    [Inject] private BoardAccess Access { get; set; } = null!;
    [Inject] private BoardShelf Shelf { get; set; } = null!;
    [Inject] private CurrentUser CurrentUser { get; set; } = null!;
    [Inject] private JobQuestions Questions { get; set; } = null!;
    [Inject] private Ledger Credits { get; set; } = null!;
    [Inject] private ProvenanceService Provenance { get; set; } = null!;
    [Inject] private ModelRegistry Models { get; set; } = null!;
    [Inject] private IDbContextFactory<AppDbContext> Databases { get; set; } = null!;
    [Inject] private UploadedSettings Uploaded { get; set; } = null!;
    [Inject] private UserEvents Events { get; set; } = null!;
    [Inject] private ToastService Toasts { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private SiteLimits Limits { get; set; } = null!;
    [Inject] private IStringLocalizer<CanvasText> Words { get; set; } = null!;
    [Inject] private ILogger<BoardPage> Logger { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        var person = await CurrentUser.GetAsync(_closing.Token);
        var role = person is null ? null : await Access.RoleAsync(BoardId, person.Id, _closing.Token);
        if (person is null || role is null)
        {
            Navigation.NotFound();
            return;
        }

        await using var db = await Databases.CreateDbContextAsync(_closing.Token);
        var name = await db.Set<Board>().Where(board => board.Id == BoardId).Select(static board => board.Name).FirstOrDefaultAsync(_closing.Token);
        _model = new BoardPageModel(BoardId, person, role.Value, Questions, Models, Credits) { Name = name ?? "" };
        _model.PromptReplaced += ShowPrompt;
        _model.Failed = ShowFailure;
        _model.Share = Share;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _model is null)
            return;
        _subscription = Events.Subscribe(_model.Person.Id, happened =>
        {
            if (happened == UserEvent.JobsChanged)
                _ = InvokeAsync(JobsChangedAsync);
            else if (happened == UserEvent.CreditsChanged)
                _ = InvokeAsync(BalanceChangedAsync);
            else if (happened == UserEvent.BoardsChanged)
                _ = InvokeAsync(BoardsChangedAsync);
        });
        try
        {
            await OpenCanvasAsync(_model);
        }
        catch (JSException error)
        {
            Logger.LogWarning(error, "The canvas of board {BoardId} did not open", BoardId);
            _failure = T["CanvasFailed"];
            StateHasChanged();
        }
        catch (JSDisconnectedException)
        {
            // Closed before it was open.
        }
    }

    /// <summary>The canvas says how it is.</summary>
    [JSInvokable]
    public async Task OnBoardState(JsonElement state)
    {
        // Ten a second come while something moves that nobody here shows; then there is nothing to draw.
        var text = state.GetRawText();
        if (text == _lastState || _model is null)
            return;
        _lastState = text;
        var hadFrame = _model.Canvas.Frame is not null;
        _model.Receive(CanvasMessages.ReadState(state));
        if (_model.Canvas.Empty && !_hasFocusedPrompt && _canvas is not null)
        {
            // An empty board asks one thing.
            _hasFocusedPrompt = true;
            _ = InvokeAsync(() => _canvas.InvokeVoidAsync("invite").AsTask());
        }

        // What was set while a frame was selected holds for the next one, too, and may cost something else than before.
        if (hadFrame && _model.Canvas.Frame is null)
        {
            await _model.PlanWithoutFrameAsync();
            _model.Notify();
        }
    }

    /// <summary>The canvas has something to say in passing.</summary>
    [JSInvokable]
    public void OnNotice(JsonElement notice)
    {
        var kind = Text(notice, "kind") switch
        {
            "success" => ToastKind.Success,
            "warning" => ToastKind.Warning,
            "error" => ToastKind.Danger,
            _ => ToastKind.Info,
        };
        if (Text(notice, "text") is not { Length: > 0 } text)
            return;
        if (notice.TryGetProperty("action", out var wish) && wish.ValueKind == JsonValueKind.Object && Text(wish, "command") == "useSettings" && wish.TryGetProperty("args", out var upload) && Text(upload, "sha256") is { } sha256)
        {
            // Settings are the prompt bar's, which is the server's; all else that a notice offers is done by the canvas.
            Toasts.Show(text, kind, Text(wish, "text") ?? T["Undo"], () => UseSettingsAsync(sha256));
            return;
        }

        if (notice.TryGetProperty("action", out var action) && action.ValueKind == JsonValueKind.Object && Text(action, "command") is { } command)
            Toasts.Show(text, kind, Text(action, "text") ?? T["Undo"], () => _model!.RunAsync(command, action.TryGetProperty("args", out var args) ? args : null));
        else
            Toasts.Show(text, kind);
    }

    /// <summary>Typing in the prompt has paused.</summary>
    /// <param name="number">Of what was typed; goes back with what the prompt is changed to, so that the browser knows what is from before.</param>
    [JSInvokable]
    public Task PromptTyped(string text, int number)
    {
        _heard = number;
        return _model is null ? Task.CompletedTask : _model.SetAsync(settings => settings with { Prompt = Limit(text) });
    }

    /// <summary>How was this picture made?</summary>
    [JSInvokable]
    public void OnDetails(string sha256, string? job, int image) => _model?.ShowDetails(new(sha256, job is null ? null : new(job, image)));

    /// <summary>What is known of a picture on the board; null for uploads, and for what this person may not know of.</summary>
    [JSInvokable]
    public async Task<JsonNode?> DescribePicture(string sha256, string job, int image) =>
        _model is not null && await Provenance.OfAsync(_model.Person.Id, new(job, image), _closing.Token) is { } record && record.How.Output.Sha256 == sha256
            ? CanvasMessages.Write(PictureDescription.Of(record))
            : null;

    [JSInvokable]
    public void OnShortcuts()
    {
        _isShowingShortcuts = true;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _closing.Dispose();
        _subscription?.Dispose();
        try
        {
            if (_canvas is not null)
            {
                await _canvas.InvokeVoidAsync("destroy");
                await _canvas.DisposeAsync();
            }

            if (_script is not null)
                await _script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone and the canvas with it.
        }

        _bridge?.Dispose();
    }

    private async Task OpenCanvasAsync(BoardPageModel model)
    {
        _bridge = DotNetObjectReference.Create(this);
        _script = await Js.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./js/board-page/page.js");
        _canvas = await _script.InvokeAsync<IJSObjectReference>(
            "open",
            _closing.Token,
            _page,
            _root,
            new
            {
                boardId = BoardId,
                hubUrl = BoardHub.Path,
                tilesUrl = "/tiles",
                uploadsUrl = $"/boards/{BoardId}/uploads",
                maxUploadBytes = Limits.Now.UploadBytes,
                role = JsonNamingPolicy.CamelCase.ConvertName(model.Canvas.Role.ToString()),
                actor = model.Person.Id,
                name = model.Person.DisplayName,
                colour = model.Person.Colour,
                text = Words.GetAllStrings(includeParentCultures: true).ToDictionary(static text => text.Name, static text => text.Value),
            },
            _bridge);
        model.Connect(_canvas);
        if (await _canvas.InvokeAsync<JsonElement>("remembered", _closing.Token) is { ValueKind: JsonValueKind.Object } remembered && remembered.TryGetProperty("drawer", out var drawer))
            _drawer = drawer.GetString();
        await model.PlanWithoutFrameAsync();
        await model.ReadBalanceAsync(_closing.Token);
        await ReadPastPromptsAsync(model);
        StateHasChanged();
    }

    private async Task ReadPastPromptsAsync(BoardPageModel model)
    {
        // Hints come with every step of every job; prompts come only with a new one.
        var latest = await Questions.LatestJobOfAsync(model.Person.Id, _closing.Token);
        if (latest == _latestJob)
            return;
        _pastPrompts = await Questions.PromptsOfAsync(model.Person.Id, PastPromptsKept, _closing.Token);
        _latestJob = latest;
        await _canvas!.InvokeVoidAsync("setPastPrompts", _closing.Token, _pastPrompts); // called once the canvas is open
    }

    private async Task JobsChangedAsync()
    {
        if (_model is null || _canvas is null || _closing.IsCancellationRequested)
            return;
        _model.JobsChanged();
        try
        {
            await ReadPastPromptsAsync(_model);
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            return;
        }

        StateHasChanged();
    }

    private async Task BalanceChangedAsync()
    {
        if (_model is null || _closing.IsCancellationRequested)
            return;
        try
        {
            await _model.ReadBalanceAsync(_closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was left meanwhile.
        }
    }

    // Taken off the board, or the board is gone: the canvas is cut by the hub, and shows the last that it had. A new role it learns there, too.
    private async Task BoardsChangedAsync()
    {
        if (_model is null || _closing.IsCancellationRequested)
            return;
        try
        {
            _isLetOff = await Access.RoleAsync(BoardId, _model.Person.Id, _closing.Token) is null;
        }
        catch (Exception error) when (error is OperationCanceledException || BoardPageModel.IsPassing(error))
        {
            return;
        }

        StateHasChanged();
    }

    // What is selected now: the dialog is about that, whatever happens on the canvas behind it.
    private void Share(IReadOnlyList<string> results)
    {
        _selected = [.. (_model?.Canvas.Selection ?? []).Select(static node => node.Id)];
        (_results, _isSharing) = (results, true);
        StateHasChanged();
    }

    private void ShowPrompt(object? sender, EventArgs args)
    {
        if (_canvas is not null && _model is not null)
            _ = InvokeAsync(() => _canvas.InvokeVoidAsync("setPrompt", _model.Settings.Prompt, _heard, _model.IsOfFrame).AsTask());
    }

    private async Task UseSettingsAsync(string sha256)
    {
        if (_model is not null && await Uploaded.OfAsync(_model.Person.Id, BoardId, sha256, _closing.Token) is { } settings)
            await _model.RecallAsync(settings);
    }

    private async Task RenameAsync(string name)
    {
        BoardChange change;
        try
        {
            change = await Shelf.RenameAsync(_model!.Person.Id, BoardId, name, _closing.Token); // the title is drawn only with a model
        }
        catch (Exception error) when (BoardPageModel.IsPassing(error))
        {
            ShowFailure(error);
            return;
        }

        if (change != BoardChange.Done)
        {
            Toasts.Show(T["RenameFailed"], ToastKind.Danger);
            return;
        }

        _model.Name = name;
        // The head of the page is static: what a circuit says in PageTitle after the first answer reaches nobody.
        if (_canvas is not null)
            await _canvas.InvokeVoidAsync("setTitle", $"{name} · CanvasWeb");
    }

    private void ShowFailure(Exception error)
    {
        if (error is JSDisconnectedException)
            return;
        Logger.LogWarning(error, "A part of the page of board {BoardId} could not be read", BoardId);
        Toasts.Show(T["Unreachable"], ToastKind.Warning);
    }

    private async Task OpenDrawerAsync(string? drawer)
    {
        _drawer = drawer;
        if (_canvas is null)
            return;
        try
        {
            await _canvas.InvokeVoidAsync("remember", new { drawer });
        }
        catch (Exception error) when (error is JSException or JSDisconnectedException)
        {
            // The drawer is open all the same; only the next visit does not know of it.
            Logger.LogDebug(error, "The browser does not remember the drawer");
        }
    }

    private static string Limit(string text) => text.Length <= BoardLimits.Default.MaxPromptLength ? text : text[..BoardLimits.Default.MaxPromptLength];

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
