using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Tests;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Previews;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Galleries;

public sealed class LiveViewTests
{
    private static readonly TileNames s_names = new([.. Enumerable.Range(0, 32).Select(static number => (byte)number)]);

    [Fact]
    public void A_picture_has_one_other_name_that_only_its_gallery_turns_back()
    {
        var sha = new string('4', 64);
        var name = s_names.Hide(sha);
        Assert.NotEqual(sha, name);
        Assert.Equal(name, s_names.Hide(sha));
        Assert.Equal(sha, s_names.Reveal(name));
        Assert.NotEqual(sha, new TileNames(new byte[32]).Reveal(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_name_is_nothing(string name) => Assert.Null(s_names.Reveal(name));

    [Fact]
    public void Strangers_see_no_people_no_hidden_words_no_deleted_words_no_names_of_layers_and_no_hashes()
    {
        var board = new TestBoard();
        board.Do("a", Note("shown", text: "for everybody"));
        board.Do("a", Note("deleted", text: "thrown away"));
        board.Do("a", new NodeDelete(new("deleted")));
        board.Do("b", Note("hidden", text: "kept back"), Bob);
        board.Do("b", new NodeSet(new("hidden"), Style: new(Hidden: true, Name: "my secret layer")), Bob);
        board.Do("a", Group("group"));
        board.Do("a", Note("inside", At(0, 0, parent: "group"), text: "in a hidden group"));
        board.Do("a", new NodeSet(new("group"), Style: new(Hidden: true)));
        board.Do("a", Tile("tile"));
        board.Do("b", new FrameAdd(new("frame"), At(0, 0), new("a0"), Settings: new("a prompt of Bob", NegativePrompt: "without cats")), Bob);

        var told = JsonSerializer.Serialize(View(null).Of(board.State, LiveView.Concealed(board.State)), CanvasJson.Options);

        Assert.Contains("for everybody", told);
        string[] secrets = ["thrown away", "kept back", "my secret layer", "in a hidden group", "a prompt of Bob", "without cats", "\"ann\"", "\"bob\"", new string('a', 64)];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, told));
    }

    [Fact]
    public void Of_prompts_guests_see_those_that_the_owner_of_the_gallery_wrote_and_shows()
    {
        var board = new TestBoard();
        board.Do("a", new FrameAdd(new("f"), At(0, 0), new("a0"), Settings: new("by Ann")));
        board.Do("b", new FrameAdd(new("g"), At(0, 0), new("a1"), Settings: new("by Bob")), Bob);
        Assert.Equal(("by Ann", ""), Prompts(View(Ann), board.State));

        // Whoever wrote last wrote it.
        board.Do("b", new NodeSet(new("f"), Settings: new("Bob was here")), Bob);
        Assert.Equal(("", ""), Prompts(View(Ann), board.State));
        Assert.Equal(("", ""), Prompts(View(null), board.State));
    }

    [Fact]
    public void Of_a_job_strangers_see_that_it_is_under_way_and_nothing_about_who_asked_for_what()
    {
        var job = new JobView(
            "job", "the-board", new("f"), "ann", "Ann Example", true, JobState.Running, default, null, 3, 20, 900, false, 4,
            [new(0, new(new string('c', 64), 64, 64), default, 5, false, true)], new("a secret prompt"), new("other", 1), new("code", "a sentence"), false, default, null);
        var told = View(null).Of(job);

        // Of prompts only those that the gallery's owner wrote, whoever asked with them.
        Assert.Equal("a secret prompt", View(Ann).Of(job with { Actor = Bob.Value, PromptWriter = Ann.Value }).Settings.Prompt);
        Assert.Equal("", View(Ann).Of(job with { Actor = Ann.Value, PromptWriter = Bob.Value }).Settings.Prompt);
        Assert.Equal(("link", "somebody", "", false, 0L, 3, 20), (told.BoardId, told.Actor, told.AuthorName, told.Mine, told.Price, told.Step, told.Steps));
        Assert.Equal("", told.Settings.Prompt);
        Assert.Null(told.Error);
        Assert.Null(told.VariationOf);
        Assert.Equal((s_names.Hide(new string('c', 64)), null, false), (told.Results[0].Content.Sha256, told.Results[0].Rating, told.Results[0].Reported));
    }

    [Fact]
    public async Task What_a_watcher_is_sent_of_an_operation_says_nothing_of_the_caption_before()
    {
        var watcher = new Watcher(View(Ann), new());
        var job = new JobView(
            "job", "the-board", new("f"), "ann", "Ann Example", true, JobState.Running, default, null, 3, 20, 900, false, 4, [], new("words that Ann shows"), null, null, false, default, null)
        {
            Operation = new(OperationKind.TextDiff, [new("tile")], "words that Bob hides", [0.25]),
            PromptWriter = Ann.Value,
        };

        await watcher.Line.JobChanged(job);
        await watcher.Line.JobChanged(job with { PromptWriter = "" });

        var told = watcher.Jobs.ConvertAll(static sent => JsonSerializer.Serialize(sent, CanvasJson.Options));
        Assert.Contains("words that Ann shows", told[0], StringComparison.Ordinal);
        Assert.DoesNotContain("words that Ann shows", told[1], StringComparison.Ordinal);
        Assert.All(told, static sent =>
        {
            Assert.Contains("textDiff", sent, StringComparison.Ordinal);
            Assert.DoesNotContain("words that Bob hides", sent, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_watchers_board_stays_a_copy_of_what_is_shown()
    {
        foreach (var seed in Seeds.Take(40))
        {
            var random = Seeds.Start(seed);
            var board = new TestBoard();
            var (ann, bob) = (new RandomOps(random, new("a")) { Wild = false }, new RandomOps(random, new("b")) { Wild = false });
            void Step()
            {
                if (random.Next(3) == 0)
                    board.Try("b", bob.Next(board.State), Bob);
                else
                    board.Try("a", ann.Next(board.State));
            }

            for (var i = 0; i < 40; i++)
                Step();
            var watcher = new Watcher(View(Ann), board);
            for (var i = 0; i < 160; i++)
            {
                var head = board.Log.Count;
                Step();
                await watcher.Line.OpsApplied(board.Log[head..]);
            }

            // The same things are shown, and alike.
            var whole = View(Ann).Of(board.State, new HashSet<NodeId>()).ToState();
            Assert.Equal(Shown(whole), Shown(watcher.State));
        }
    }

    private static LiveView View(ActorId? prompts) => new("link", prompts, s_names);

    private static (string F, string G) Prompts(LiveView view, BoardState state)
    {
        var nodes = view.Of(state, LiveView.Concealed(state)).Nodes.OfType<FrameNode>().ToDictionary(static node => node.Id.Value, static node => node.Settings.Value.Prompt);
        return (nodes["f"], nodes["g"]);
    }

    private static string Shown(BoardState state) => string.Join('\n', state.Nodes.Values.Where(node => state.IsShown(node.Id)).OrderBy(static node => node.Id.Value, StringComparer.Ordinal).Select(static node => JsonSerializer.Serialize(node, CanvasJson.Options)));

    /// <summary>A browser that follows, and joins again when it is told to.</summary>
    private sealed class Watcher : IBoardClient
    {
        private readonly LiveView _view;
        private readonly TestBoard _board;

        public Watcher(LiveView view, TestBoard board)
        {
            (_view, _board) = (view, board);
            (Line, State) = Join();
        }

        public LiveClient Line { get; private set; }

        public BoardState State { get; private set; }

        public Task OpsApplied(IReadOnlyList<SequencedOp> ops)
        {
            State = BoardReducer.Replay(State, ops);
            return Task.CompletedTask;
        }

        public Task Resync()
        {
            (Line, State) = Join();
            return Task.CompletedTask;
        }

        public Task PresenceChanged(IReadOnlyList<BoardPerson> people) => throw new InvalidOperationException("A watcher is told of nobody.");

        public List<JobView> Jobs { get; } = [];

        public Task JobChanged(JobView job)
        {
            Jobs.Add(job);
            return Task.CompletedTask;
        }

        public Task Preview(PreviewMessage frame) => Task.CompletedTask;

        private (LiveClient, BoardState) Join()
        {
            var concealed = LiveView.Concealed(_board.State);
            return (new(this, _view, concealed), _view.Of(_board.State, concealed).ToState());
        }
    }
}
