using System.Data.Common;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Provenance;
using Microsoft.JSInterop;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>
/// What the parts of one open board page share: what the canvas last said, the settings in the prompt bar, and the verbs of the buttons. The
/// document itself lives in the canvas; this holds no copy of it.
/// </summary>
/// <param name="board">The id of the board.</param>
internal sealed class BoardPageModel(string board, CurrentPerson person, BoardRole role, JobQuestions questions, ModelRegistry models, Ledger ledger)
{
    /// <summary>A new frame's side in world units, for the price before there is a frame.</summary>
    private const double FrameSide = 512;

    // No answer came, so the order may have arrived: its frame stays, and the next press asks for the same (js/canvas/view/orders.js).
    private const string Unanswered = "unanswered";

    // Far away from anything that could lie on a board, so that the plan is for a picture from words alone.
    private static readonly WorldRect s_nowhere = new(9_000_000, 9_000_000, FrameSide, FrameSide);

    private IJSObjectReference? _page;
    private FrameSettings _sent = FrameSettings.Default;
    private FrameSettings _next = FrameSettings.Default;
    private string? _frameId;
    private string? _takenBack;
    private FrameSettings? _dropping;
    private string _ownPrompt = "";
    private int _sending;
    private bool _hasJoined;

    public string BoardId => board;

    public CurrentPerson Person => person;

    public string Name { get; set; } = "";

    public CanvasState Canvas { get; private set; } = new(Role: role, Saved: "opening");

    /// <summary>What the prompt bar shows: the selected frame's settings, or those that the next frame gets.</summary>
    public FrameSettings Settings { get; private set; } = FrameSettings.Default;

    /// <summary>Whether <see cref="Settings"/> are those of a frame; else the bar shows its own.</summary>
    public bool IsOfFrame => _frameId is not null;

    /// <summary>Why the last press of the button came to nothing; gone as soon as anything that could have been the reason is another.</summary>
    public GenerationRefusal? Refusal { get; private set; }

    /// <summary>What the person can spend; null until known.</summary>
    public long? Available { get; private set; }

    /// <summary>Why a press would come to nothing, as far as the page can know; null where it may work.</summary>
    public GenerationRefusal? Obstacle => Plan?.Refusal ?? (Plan?.Price is { } price ? TooDear(price) : null);

    public bool IsGenerating { get; private set; }

    /// <summary>What a picture in a new frame would cost; null until known.</summary>
    public CanvasState.FramePlanned? PlanWithoutFrame { get; private set; }

    /// <summary>Counts hints that one of this person's jobs changed somewhere.</summary>
    public int JobsVersion { get; private set; }

    public bool IsReady => _page is not null;

    public bool CanEdit => Canvas.Role >= BoardRole.Editor;

    public ModelInfo? Model => models.Find(Settings.Model);

    public IReadOnlyList<ModelInfo> Models => models.All();

    public CanvasState.FramePlanned? Plan => Canvas.Frame is { } frame ? frame.Plan : PlanWithoutFrame;

    public bool IsOffline => Canvas.Saved == "offline";

    /// <summary>Who is here, each account once however many windows it has open; oneself first.</summary>
    public IReadOnlyList<CanvasState.Person> People =>
        [.. (Canvas.People ?? []).DistinctBy(static one => one.Actor).OrderBy(one => one.Actor != Person.Id)];

    public bool IsMaskTool => Canvas.Tool is "mask" or "erase" or "lasso";

    public event EventHandler? Changed;

    /// <summary>The prompt was changed by something else than typing, or is another's; the text field is the browser's own and must be told.</summary>
    public event EventHandler? PromptReplaced;

    /// <summary>Told to share results ("job:image"), or with none of them what lies on the board.</summary>
    public Action<IReadOnlyList<string>>? Share { get; set; }

    /// <summary>Told what could not be done just now; see <see cref="IsPassing"/>.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The database or the board is away for a moment: no reason to lose the page. Entity Framework wraps some of it.</summary>
    public static bool IsPassing(Exception error) =>
        error is BoardUnavailableException or DbException or TimeoutException or JSDisconnectedException || error.InnerException is DbException or TimeoutException;

    /// <summary>The picture whose making is shown; null for none.</summary>
    public DetailsSubject? Details { get; private set; }

    /// <summary>Whether the board's history lies open as a graph.</summary>
    public bool IsGraphOpen { get; private set; }

    public void ShowDetails(DetailsSubject? subject)
    {
        Details = subject;
        Notify();
    }

    public void ShowGraph(bool isOpen)
    {
        IsGraphOpen = isOpen;
        Notify();
    }

    public void Connect(IJSObjectReference page)
    {
        _page = page;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Something that parts look at was changed from outside.</summary>
    public void Notify() => Changed?.Invoke(this, EventArgs.Empty);

    public void JobsChanged()
    {
        JobsVersion++;
        Notify();
    }

    public void Receive(CanvasState state)
    {
        // Before it has joined, the canvas knows no role and is offline in the strict sense; to people the board is being opened.
        _hasJoined |= state.Saved != "offline";
        var (planned, selected) = (Plan, Canvas.Selection);
        Canvas = _hasJoined ? state : state with { Role = role, Saved = "opening" };
        if (Plan != planned || !(selected ?? []).SequenceEqual(state.Selection ?? []))
            Forgive();
        if (state.Frame?.Id != _frameId)
        {
            if (!IsOfFrame)
                _ownPrompt = Settings.Prompt;
            _frameId = state.Frame?.Id;
            Forgive();
            // The frame that a press drops comes with what was ordered; what was typed since is for this frame, too, and newer.
            if (state.Frame is { } chosen && chosen.Settings == _dropping)
                _sent = chosen.Settings;
            else
                Adopt(state.Frame?.Settings ?? Settings with { Prompt = _ownPrompt });
        }
        else if (_sending == 0 && state.Frame is { } frame && frame.Settings != _sent && frame.Settings != Settings && Settings == _sent)
        {
            // Somebody else changed the frame that is selected here. What is typed here and not yet sent is left alone; while it is on its way, what
            // the canvas says is from before it.
            Adopt(frame.Settings);
        }

        if (state.Frame?.Id != _takenBack)
            _takenBack = null;
        _ = TellNextAsync();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Changes settings in the bar, and in the selected frame.</summary>
    public async Task SetAsync(Func<FrameSettings, FrameSettings> change)
    {
        var before = Settings;
        Settings = change(before);
        Refusal = null;
        if (Settings == before)
            return;
        if (Canvas.Frame is { } frame)
            await SendSettingsAsync(frame.Id);
        await TellNextAsync();
        await PlanWithoutFrameAsync();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Takes over settings of something made before, the prompt included.</summary>
    public async Task RecallAsync(FrameSettings settings)
    {
        await SetAsync(_ => settings);
        PromptReplaced?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>What a generation would cost before there is a frame for it.</summary>
    public async Task PlanWithoutFrameAsync()
    {
        if (Canvas.Frame is not null || !CanEdit)
            return;
        var asked = Settings;
        try
        {
            var plan = await questions.PlanAsync(Person.Id, BoardId, new PlanQuestion(null, s_nowhere, asked), CancellationToken.None);
            // Words and count may be set at once: the answer to the last of them is the one to show, whichever comes last.
            if (asked == Settings)
                PlanWithoutFrame = new(plan.Task ?? FrameTask.TextToImage, plan.Price, plan.Refusal);
        }
        catch (Exception error) when (IsPassing(error))
        {
            // Every control asks for it: without a price one can still paint, and the next change asks again.
            PlanWithoutFrame = null;
        }
    }

    /// <summary>Reads what the person can spend. What they were refused for may be over with it.</summary>
    public async Task ReadBalanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var available = (await ledger.BalanceAsync(Person.Id, cancellationToken)).Available.Amount;
            if (available == Available)
                return;
            Available = available;
        }
        catch (Exception error) when (IsPassing(error))
        {
            // The server still refuses what cannot be paid.
            return;
        }

        Forgive();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    public async Task GenerateAsync()
    {
        if (IsGenerating || !IsReady || !CanEdit)
            return;
        IsGenerating = true;
        Refusal = null;
        // What stands here at the press is ordered, for what is selected now: people type on and select other things while the site is asked.
        var (wanted, frame) = (Settings, Canvas.Frame);
        Changed?.Invoke(this, EventArgs.Empty);
        try
        {
            // Nothing is dropped on the board for a press that is known to come to nothing.
            var isNew = frame is null;
            if (isNew)
                await PlanWithoutFrameAsync();
            await ReadBalanceAsync(CancellationToken.None);
            if (Obstacle is not null)
                return;
            if (isNew && await UnwantedAsync(wanted) is { } unwanted)
            {
                Refusal = unwanted;
                return;
            }

            // Another frame may have been chosen while the site was asked: its settings are not for the one that is dropped now.
            var settings = CanvasMessages.Write(wanted);
            var showsAnother = isNew && _frameId is not null;
            var frameId = frame?.Id ?? await DropFrameAsync(wanted);
            if (frameId is null)
                return;
            if (isNew)
                (_frameId, _ownPrompt) = (frameId, wanted.Prompt);
            if (showsAnother)
                Adopt(wanted);
            if (_frameId == frameId)
                _sent = wanted;
            var refusal = CanvasMessages.ReadRefusal(await RunAsync<JsonElement>("generate", new { frameId, settings }));
            if (refusal is not null && isNew && refusal.Code != Unanswered)
            {
                // As it was before the press; what is in the bar stays there, also where it is another frame's by now.
                var wasShown = _frameId == frameId;
                (_frameId, _takenBack) = (wasShown ? null : _frameId, frameId);
                await RunAsync("takeBack", new { id = frameId });
                if (wasShown)
                    PromptReplaced?.Invoke(this, EventArgs.Empty);
            }
            else if (_frameId == frameId && Settings != _sent)
            {
                // The order has overwritten what was set meanwhile, or there was no frame yet to send it to.
                await SendSettingsAsync(frameId);
            }

            Refusal = refusal;
        }
        finally
        {
            IsGenerating = false;
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>Tells the canvas to do something. Before it is there nothing happens: the buttons are drawn earlier than it can open.</summary>
    public async Task RunAsync(string command, object? args = null)
    {
        if (_page is not null)
            await _page.InvokeVoidAsync("run", command, args);
    }

    public async Task<T> RunAsync<T>(string command, object? args = null)
    {
        if (_page is null)
            throw new InvalidOperationException("The canvas is not open yet.");
        return await _page.InvokeAsync<T>("run", command, args);
    }

    /// <summary>Has the browser fetch a file and keep it, as a download would.</summary>
    /// <returns>Null when it has it, else what the server said.</returns>
    public async Task<(string Type, string? Detail)?> DownloadAsync(string url, object body)
    {
        if (_page is null)
            return ("closed", null);
        var answer = await _page.InvokeAsync<JsonElement>("download", url, body);
        return answer.ValueKind != JsonValueKind.Object
            ? null
            : (answer.GetProperty("type").GetString() ?? "", answer.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
    }

    // The order is asked about its words again when it comes, so where this cannot be known the press goes on.
    private async Task<GenerationRefusal?> UnwantedAsync(FrameSettings wanted)
    {
        try
        {
            return await questions.RefusalOfWordsAsync(Person.Id, BoardId, wanted, CancellationToken.None);
        }
        catch (Exception error) when (IsPassing(error))
        {
            return null;
        }
    }

    // The frame comes with its settings: it is selected at once, and a bare one would empty the bar.
    private async Task<string?> DropFrameAsync(FrameSettings wanted)
    {
        _dropping = wanted;
        try
        {
            return await RunAsync<string?>("dropFrame", new { width = FrameSide, height = FrameSide, settings = CanvasMessages.Write(wanted) });
        }
        finally
        {
            _dropping = null;
        }
    }

    private GenerationRefusal? TooDear(long price) => price > Available
        ? new(GenerationRefusalCodes.NotEnoughCredits, FormattableString.Invariant($"You have {Available} credits left. This needs {price}."), price, Available)
        : null;

    // Not for what a press itself does: it selects a frame, and may take it back.
    private void Forgive()
    {
        if (!IsGenerating && _takenBack is null)
            Refusal = null;
    }

    private void Adopt(FrameSettings settings)
    {
        Settings = _sent = settings;
        PromptReplaced?.Invoke(this, EventArgs.Empty);
    }

    // A frame that the tool drops starts with what was set last, but never with its words.
    private async Task TellNextAsync()
    {
        var next = Settings with { Prompt = "" };
        if (next == _next || !IsReady)
            return;
        _next = next;
        try
        {
            await RunAsync("nextFrame", new { settings = CanvasMessages.Write(next) });
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }

    private async Task SendSettingsAsync(string frameId)
    {
        if (!CanEdit)
            return;
        _sent = Settings;
        _sending++;
        try
        {
            await RunAsync("setFrame", new { id = frameId, settings = CanvasMessages.Write(Settings) });
        }
        finally
        {
            _sending--;
        }
    }
}
