using System.Collections.Concurrent;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>
/// The open boards of this process: one <see cref="BoardRoom"/> with one writer each, opened by whoever needs it first and closed when
/// nobody has for a while.
/// </summary>
internal sealed class BoardHost(BoardLog log, BoardAudience audience, ThumbnailQueue thumbnails, IOptions<BoardsOptions> options, TimeProvider time, ILogger<BoardHost> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, BoardRoom> _rooms = new();
    private bool _isClosed;

    /// <summary>Orders, stores and broadcasts ops. The caller has checked who it is and which role they have.</summary>
    /// <param name="ops">In the client's order.</param>
    /// <returns>Once every accepted op is stored.</returns>
    /// <exception cref="BoardUnavailableException">They could not be stored, or the board is gone: the client sends them again.</exception>
    public Task<SubmitResult> SubmitAsync(string boardId, ActorId actor, BoardRole role, IReadOnlyList<ClientOp> ops, CancellationToken cancellationToken) =>
        InRoomAsync(boardId, room => room.SubmitAsync(actor, role, ops, cancellationToken));

    /// <summary>The board with all that is stored.</summary>
    /// <exception cref="BoardUnavailableException">There is no such board.</exception>
    public async Task<BoardState> StateAsync(string boardId, CancellationToken cancellationToken) =>
        (await RecentAsync(boardId, cancellationToken)).State;

    /// <summary>The board's state and last ops, kept up to date while the board is open.</summary>
    /// <exception cref="BoardUnavailableException">There is no such board.</exception>
    public Task<RecentOps> RecentAsync(string boardId, CancellationToken cancellationToken) =>
        InRoomAsync(boardId, room => room.RecentAsync(cancellationToken));

    /// <summary>Lets a board go at once: it was deleted.</summary>
    public async Task CloseAsync(string boardId)
    {
        audience.Close(boardId);
        if (_rooms.TryGetValue(boardId, out var room))
            await room.DisposeAsync();
    }

    /// <summary>Ends when the board has left memory; at once where it is not there.</summary>
    internal Task ClosedAsync(string boardId) => _rooms.TryGetValue(boardId, out var room) ? room.Closed : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        foreach (var room in _rooms.Values)
            await room.DisposeAsync();
    }

    private async Task<T> InRoomAsync<T>(string boardId, Func<BoardRoom, Task<T>> work)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            var room = _rooms.GetOrAdd(boardId, id => new BoardRoom(id, log, audience, options.Value, time, logger, thumbnails.Edited, OnClosed));
            try
            {
                return await work(room);
            }
            catch (BoardRoomClosedException)
            {
                // The room went idle between being found and being asked; nothing was taken in. The next round opens a new one.
                OnClosed(room);
            }
        }
    }

    private void OnClosed(BoardRoom room) => _rooms.TryRemove(new(room.BoardId, room));
}
