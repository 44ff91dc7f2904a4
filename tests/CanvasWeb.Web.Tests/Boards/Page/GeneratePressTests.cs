using System.Text.Json;
using System.Text.Json.Nodes;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards.Page;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.JSInterop;

namespace CanvasWeb.Web.Tests.Boards.Page;

/// <summary>A press of the button asks the site three things and the canvas two; people type on meanwhile.</summary>
public sealed class GeneratePressTests(PostgreSqlServer server)
{
    private static readonly FrameSettings s_fox = FrameSettings.Default with { Prompt = "a fox", Count = 1 };

    [Fact]
    public async Task What_stood_in_the_bar_at_the_press_is_painted_and_what_is_typed_meanwhile_goes_to_the_frame_after_it()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await using var canvas = new TypedOn();
        var model = Open(lab, canvas);
        Say(model, "frame", FrameSettings.Default);
        await model.SetAsync(static _ => s_fox);
        canvas.Runs.Clear();
        // The balance is what is asked first, and that it is known now is told before the order leaves.
        model.Changed += (_, _) =>
        {
            if (model.Available is not null && model.Settings == s_fox)
                Assert.True(model.SetAsync(static settings => settings with { Prompt = "a boat" }).IsCompletedSuccessfully);
        };

        await model.GenerateAsync();

        Assert.Equal([("setFrame", "a boat"), ("generate", "a fox"), ("setFrame", "a boat")], canvas.Runs.Where(static run => run.Prompt is { Length: > 0 }));
        Say(model, "frame", s_fox with { Prompt = "a boat" });
        Assert.Equal("a boat", model.Settings.Prompt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Words_that_come_while_a_frame_is_dropped_are_not_overwritten_by_those_it_was_dropped_with(bool isToldFirst)
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await using var canvas = new TypedOn();
        var model = Open(lab, canvas);
        model.Receive(new(Role: BoardRole.Editor));
        await model.SetAsync(static _ => s_fox);
        canvas.Runs.Clear();
        canvas.Meanwhile["dropFrame"] = async () =>
        {
            await model.SetAsync(static settings => settings with { Prompt = "a boat" });
            if (isToldFirst)
                Say(model, TypedOn.Dropped, s_fox);
        };
        canvas.Meanwhile["generate"] = () =>
        {
            Say(model, TypedOn.Dropped, s_fox);
            return Task.CompletedTask;
        };

        await model.GenerateAsync();

        Assert.Null(model.Refusal);
        Assert.Equal("a boat", model.Settings.Prompt);
        Assert.Equal([("dropFrame", "a fox"), ("generate", "a fox"), ("setFrame", "a boat")], canvas.Runs.Where(static run => run.Prompt is { Length: > 0 }));
    }

    [Fact]
    public async Task A_frame_that_is_chosen_while_the_site_is_asked_gives_nothing_to_the_one_that_is_dropped()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await using var canvas = new TypedOn();
        var model = Open(lab, canvas);
        model.Receive(new(Role: BoardRole.Editor));
        await model.SetAsync(static _ => s_fox);
        canvas.Runs.Clear();
        model.Changed += (_, _) =>
        {
            if (model.Available is not null && model.Canvas.Frame is null)
                Say(model, "other", s_fox with { Prompt = "a boat" });
        };

        await model.GenerateAsync();

        Assert.NotNull(model.Canvas.Frame);
        Assert.Equal([("dropFrame", "a fox"), ("generate", "a fox")], canvas.Runs.Where(static run => run.Prompt is { Length: > 0 }));
        Assert.Equal("a fox", model.Settings.Prompt);
    }

    private static BoardPageModel Open(GenerationLab lab, TypedOn canvas)
    {
        var ann = new CurrentPerson(BoardSite.Ann, "Ann", 0, "en", "system", IsAdmin: false, IsDemo: false);
        var model = new BoardPageModel(lab.BoardId, ann, BoardRole.Editor, lab.Questions, lab.Get<ModelRegistry>(), lab.Get<Ledger>());
        model.Connect(canvas);
        return model;
    }

    private static void Say(BoardPageModel model, string frame, FrameSettings settings) =>
        model.Receive(new(Role: BoardRole.Editor, Frame: new(frame, settings, 512, 512, new(FrameTask.TextToImage, 1))));

    private sealed class TypedOn : IJSObjectReference
    {
        public const string Dropped = "dropped";

        /// <summary>Each command with the prompt of the settings it came with.</summary>
        public List<(string Command, string? Prompt)> Runs { get; } = [];

        /// <summary>What happens before a command is answered.</summary>
        public Dictionary<string, Func<Task>> Meanwhile { get; } = [];

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (args is not [string command, ..])
                return default!;
            Runs.Add((command, JsonSerializer.SerializeToNode(args[1])?["settings"] is JsonObject settings ? (string?)settings["prompt"] : null));
            if (Meanwhile.TryGetValue(command, out var work))
                await work();
            return command == "dropFrame" ? (TValue)(object)Dropped : default!;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => default;
    }
}
