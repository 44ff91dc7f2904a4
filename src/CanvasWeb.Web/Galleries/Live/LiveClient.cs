using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Previews;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>
/// A watcher's browser, as the board's own senders see it: what they send goes through <see cref="LiveView"/>. Called by one sender of ops and
/// one of jobs, each by itself.
/// </summary>
/// <param name="concealed">Of the state that the watcher has; kept up to date here.</param>
internal sealed class LiveClient(IBoardClient client, LiveView view, HashSet<NodeId> concealed) : IBoardClient
{
    // The watcher is told to join again, and gets a whole board then: what follows until then would leave gaps.
    private bool _isStale;

    public async Task OpsApplied(IReadOnlyList<SequencedOp> ops)
    {
        if (_isStale)
            return;
        var shown = new List<SequencedOp>(ops.Count);
        foreach (var row in ops)
        {
            if (Reveals(row.Op))
            {
                _isStale = true;
                break;
            }

            if (row.Op is NodeSet { Style.Hidden: true } or NoteAdd { Style.Hidden: true } or FrameAdd { Style.Hidden: true })
                concealed.Add(row.Op.Node);
            shown.Add(view.Of(row, concealed.Contains(row.Op.Node)));
        }

        if (shown.Count != 0)
            await client.OpsApplied(shown);
        if (_isStale)
            await client.Resync();
    }

    public Task PresenceChanged(IReadOnlyList<BoardPerson> people) => Task.CompletedTask;

    public Task JobChanged(JobView job) => client.JobChanged(view.Of(job));

    public Task Preview(PreviewMessage frame) => client.Preview(frame);

    public Task Resync()
    {
        _isStale = true;
        return client.Resync();
    }

    // Words that the watcher was never given come to light.
    private bool Reveals(BoardOp op) => concealed.Contains(op.Node) && op is NodeRestore or NodeSet { Style.Hidden: false } or NodeSet { Transform: not null };
}
