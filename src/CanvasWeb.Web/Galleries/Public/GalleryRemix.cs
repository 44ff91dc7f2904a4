using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Tiles;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Takes pictures of a gallery to a board of one's own. They go through the board's log like everything else, as tiles without a job: the words
/// that they were made with stay with whoever wrote them.
/// </summary>
internal sealed class GalleryRemix(BoardShelf shelf, BoardHost host, TileStore tiles)
{
    // World units between pictures that are put side by side.
    private const double Gap = 32;

    /// <param name="boardId">Made by the caller, so that asking twice makes one board with the pictures once.</param>
    /// <exception cref="BoardUnavailableException">The pictures could not be stored just now; asking again goes on.</exception>
    public async Task<BoardChange> CopyAsync(string userId, string boardId, Gallery gallery, IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken)
    {
        var made = await shelf.CreateAsync(userId, boardId, gallery.Title, cancellationToken);
        if (made != BoardChange.Done)
            return made;

        // One client for all tries of one remix: ops that are in the log already are known by their numbers.
        var client = new ClientId("remix-" + boardId);
        var orders = OrderKey.Spread(null, null, items.Count, client);
        var places = gallery.Layout == GalleryLayout.Board ? [.. items.Select(static item => item.Place)] : SideBySide(items);
        var ops = new List<ClientOp>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (await tiles.FindAsync(items[i].Sha256, cancellationToken) is { } tile)
                ops.Add(new(client, i + 1, new TileAdd(new("g-" + items[i].Id), places[i], orders[i], tile.ToContent())));
        }

        foreach (var batch in ops.Chunk(BoardLimits.Default.MaxBatch))
            await host.SubmitAsync(boardId, new(userId), BoardRole.Owner, batch, cancellationToken);
        return BoardChange.Done;
    }

    // Rows of equal cells around the middle of the board, as many across as down.
    private static Transform[] SideBySide(IReadOnlyList<GalleryItem> items)
    {
        var columns = (int)Math.Ceiling(Math.Sqrt(items.Count));
        var cell = items.Select(static item => Math.Max(item.Width, item.Height)).DefaultIfEmpty(0).Max() + Gap;
        var (left, top) = (-columns * cell / 2, -Math.Ceiling((double)items.Count / columns) * cell / 2);
        return [.. items.Select((item, index) => new Transform(left + (index % columns * cell), top + (index / columns * cell), item.Width, item.Height))];
    }
}
