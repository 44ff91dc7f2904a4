using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Previews;

namespace CanvasWeb.Web.Boards;

/// <summary>What the hub calls in a browser. SignalR's clients do not tell upper from lower case in these names.</summary>
internal interface IBoardClient
{
    /// <summary>Ops in order, each at least once.</summary>
    Task OpsApplied(IReadOnlyList<SequencedOp> ops);

    /// <summary>Everybody on the board, as they are now.</summary>
    Task PresenceChanged(IReadOnlyList<BoardPerson> people);

    /// <summary>A job of this board, as the viewer may see it.</summary>
    Task JobChanged(JobView job);

    /// <summary>A picture on its way; the next of this job comes after AckPreview.</summary>
    Task Preview(PreviewMessage frame);

    /// <summary>The browser has fallen behind: join again with the last op that it has.</summary>
    Task Resync();
}
