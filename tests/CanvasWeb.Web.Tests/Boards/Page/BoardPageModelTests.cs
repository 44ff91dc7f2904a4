using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards.Page;
using Microsoft.JSInterop;

namespace CanvasWeb.Web.Tests.Boards.Page;

/// <summary>What is set in the prompt bar and what the canvas says of the selected frame cross each other on the way.</summary>
public sealed class BoardPageModelTests : IAsyncDisposable
{
    private readonly SlowCanvas _canvas = new();
    private readonly BoardPageModel _model;

    public BoardPageModelTests()
    {
        // Nothing here asks for jobs, models or money: a frame is selected, and its plan comes from the canvas.
        _model = new("board", new CurrentPerson("ann", "Ann", 0, "en", "system", IsAdmin: false, IsDemo: false), BoardRole.Editor, null!, null!, null!);
        _model.Connect(_canvas);
        Say(FrameSettings.Default);
    }

    public ValueTask DisposeAsync() => _canvas.DisposeAsync();

    [Fact]
    public async Task What_the_canvas_says_from_before_a_change_does_not_take_it_back()
    {
        var change = _model.SetAsync(static settings => settings with { Prompt = "a fox", Count = 4 });
        Say(FrameSettings.Default, zoom: 2);
        Assert.Equal(("a fox", 4), (_model.Settings.Prompt, _model.Settings.Count));

        _canvas.Answer();
        await change;
        Say(_model.Settings);
        Assert.Equal(4, _model.Settings.Count);
    }

    [Fact]
    public async Task What_somebody_else_sets_is_shown_once_nothing_of_ones_own_is_on_its_way()
    {
        var change = _model.SetAsync(static settings => settings with { Count = 4 });
        _canvas.Answer();
        await change;
        Say(_model.Settings);
        Say(_model.Settings with { Count = 2 });
        Assert.Equal(2, _model.Settings.Count);
    }

    [Fact]
    public async Task The_bar_gets_its_own_words_back_when_the_last_frame_is_let_go_and_keeps_the_count_that_was_set_last()
    {
        _canvas.Answer();
        var replaced = new List<(string Prompt, bool IsOfFrame)>();
        _model.PromptReplaced += (_, _) => replaced.Add((_model.Settings.Prompt, _model.IsOfFrame));
        var none = new CanvasState(Role: BoardRole.Viewer);
        _model.Receive(none);
        await _model.SetAsync(static settings => settings with { Prompt = "a long thought", Count = 2 });

        Say(FrameSettings.Default with { Prompt = "a fox" });
        Say(FrameSettings.Default with { Prompt = "a boat" }, frame: "other");
        Assert.Equal("a boat", _model.Settings.Prompt);
        await _model.SetAsync(static settings => settings with { Prompt = "a ship", Count = 5 });
        _model.Receive(none);

        Assert.Equal(("a long thought", 5), (_model.Settings.Prompt, _model.Settings.Count));
        Assert.Equal([("", false), ("a fox", true), ("a boat", true), ("a long thought", false)], replaced);
    }

    private void Say(FrameSettings settings, double zoom = 1, string frame = "frame") =>
        _model.Receive(new(Zoom: zoom, Role: BoardRole.Editor, Frame: new(frame, settings, 512, 512, new(FrameTask.TextToImage, 1))));

    private sealed class SlowCanvas : IJSObjectReference
    {
        private readonly TaskCompletionSource _answer = new();

        public void Answer() => _answer.SetResult();

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (args is ["setFrame", ..])
                await _answer.Task;
            return default!;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => default;
    }
}
