using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>
/// What strangers may see of a board: no people, of prompts only those that the gallery's owner wrote and shows, nothing that is deleted or
/// hidden, and pictures under other names. Pure, and the same for the state and for the ops that follow it, so that a watcher's copy stays a copy.
/// </summary>
/// <param name="board">What watchers know the board as.</param>
/// <param name="prompts">Whose prompts are shown; null for nobody's.</param>
internal sealed class LiveView(string board, ActorId? prompts, TileNames names)
{
    /// <summary>Whoever did anything.</summary>
    public static readonly ActorId Somebody = new("somebody");

    /// <summary>Nodes whose words watchers do not have.</summary>
    public static HashSet<NodeId> Concealed(BoardState state) => [.. state.Nodes.Keys.Where(id => !state.IsShown(id))];

    public BoardSnapshot Of(BoardState state, IReadOnlySet<NodeId> concealed)
    {
        var snapshot = BoardSnapshot.From(state);
        return snapshot with { Nodes = [.. snapshot.Nodes.Select(node => Of(node, concealed.Contains(node.Id), state))], Clients = [] };
    }

    public SequencedOp Of(SequencedOp row, bool isConcealed) => row with { Actor = Somebody, Op = Of(row.Op, isConcealed, row.Actor) };

    public JobView Of(JobView job) => job with
    {
        BoardId = board,
        Actor = Somebody.Value,
        PromptWriter = "",
        AuthorName = "",
        Mine = false,
        Price = 0,
        Settings = Of(job.Settings, job.PromptWriter is { Length: > 0 } writer ? new ActorId(writer) : null),

        // The caption that a change starts from is the one of the picture before, whoever wrote that.
        Operation = job.Operation is null ? null : job.Operation with { FromPrompt = null },
        VariationOf = null,
        Error = null,
        Results = [.. job.Results.Select(result => result with { Content = Of(result.Content), Rating = null, Reported = false })],
    };

    private BoardNode Of(BoardNode node, bool isConcealed, BoardState state)
    {
        var style = node.Style with { Value = Of(node.Style.Value) };
        return node switch
        {
            FrameNode frame => frame with { CreatedBy = Somebody, Style = style, Settings = frame.Settings with { Value = isConcealed ? FrameSettings.Default : Of(frame.Settings.Value, WriterOf(frame, state)) } },
            TileNode tile => tile with { CreatedBy = Somebody, Style = style, Content = Of(tile.Content) },
            NoteNode note => note with { CreatedBy = Somebody, Style = style, Text = isConcealed ? note.Text with { Value = "" } : note.Text },
            _ => node with { CreatedBy = Somebody, Style = style },
        };
    }

    private BoardOp Of(BoardOp op, bool isConcealed, ActorId actor) => op switch
    {
        FrameAdd add => add with { Style = Of(add.Style), Settings = add.Style is { Hidden: true } && add.Settings is not null ? FrameSettings.Default : Of(add.Settings, actor) },
        TileAdd add => add with { Style = Of(add.Style), Content = Of(add.Content) },
        NoteAdd add => add with { Style = Of(add.Style), Text = add.Style is { Hidden: true } ? "" : add.Text },
        GroupAdd add => add with { Style = Of(add.Style) },
        NodeSet set => set with
        {
            Style = Of(set.Style),
            Text = isConcealed && set.Text is not null ? "" : set.Text,
            Settings = isConcealed && set.Settings is not null ? FrameSettings.Default : Of(set.Settings, actor),
        },
        _ => op,
    };

    // The settings of a copied board were written by nobody that its log knows: whoever made the copy made the frame, too.
    private static ActorId WriterOf(FrameNode frame, BoardState state) => state.Clients.TryGetValue(frame.Settings.By.Client, out var writer) ? writer.Actor : frame.CreatedBy;

    // Names of layers are notes to oneself.
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(style))]
    private static NodeStyle? Of(NodeStyle? style) => style is null ? null : style with { Name = null };

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(settings))]
    private FrameSettings? Of(FrameSettings? settings, ActorId? writer) => settings is null || (writer is not null && writer == prompts) ? settings : settings with { Prompt = "", NegativePrompt = "" };

    private TileContent Of(TileContent content) => content with { Sha256 = names.Hide(content.Sha256) };
}
