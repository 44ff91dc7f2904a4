using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Shell.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>Somebody's boards as things on a shelf: made, named, copied, thrown away. What lies on them is <see cref="BoardHost"/>'s.</summary>
internal sealed class BoardShelf(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, BoardHost host, BoardAccess access, ThumbnailQueue thumbnails, UserEvents events, IOptions<BoardsOptions> options, TimeProvider time)
{
    /// <summary>The boards that somebody can open, the last edited first.</summary>
    public async Task<IReadOnlyList<BoardCard>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var mine = await db.Set<Board>().AsNoTracking().Where(board => board.OwnerId == userId && board.DeletedAt == null).ToListAsync(cancellationToken);
        var shared = await (
            from member in db.Set<BoardMember>().AsNoTracking()
            where member.UserId == userId
            join board in db.Set<Board>() on member.BoardId equals board.Id
            where board.DeletedAt == null
            join owner in db.Users on board.OwnerId equals owner.Id
            select new { board, member.Role, owner.DisplayName }).ToListAsync(cancellationToken);
        return [.. mine.Select(static board => CardOf(board, BoardRole.Owner, null))
            .Concat(shared.Select(static found => CardOf(found.board, found.Role, found.DisplayName)))
            .OrderByDescending(static card => card.EditedAt)];
    }

    /// <summary>The own boards in the bin, the last deleted first.</summary>
    public async Task<IReadOnlyList<BoardCard>> BinAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var boards = await db.Set<Board>().AsNoTracking().Where(board => board.OwnerId == userId && board.DeletedAt != null).OrderByDescending(static board => board.DeletedAt).ToListAsync(cancellationToken);
        return boards.ConvertAll(static board => CardOf(board, BoardRole.Owner, null));
    }

    /// <summary>Makes an empty board.</summary>
    /// <param name="boardId">Made by the caller (<see cref="RandomId"/>), so that asking twice makes one.</param>
    public async Task<BoardChange> CreateAsync(string userId, string boardId, string name, CancellationToken cancellationToken)
    {
        if (Clean(name) is not { } clean)
            return BoardChange.BadName;
        return await AddAsync(userId, boardId, (_, now) => new Board(boardId, userId, clean, now), cancellationToken);
    }

    /// <summary>Copies a board with all that lies on it; pictures are named by their content and need no copy. Its log begins anew at the copy.</summary>
    /// <param name="copyId">Made by the caller, so that asking twice makes one.</param>
    public async Task<BoardChange> DuplicateAsync(string userId, string boardId, string copyId, string name, CancellationToken cancellationToken)
    {
        if (Clean(name) is not { } clean)
            return BoardChange.BadName;
        if (await access.RoleAsync(boardId, userId, cancellationToken) is null)
            return BoardChange.NotFound;

        // Without the clients: their numbers belong to the source's log. The sequence number goes on, so that a state with things on it is
        // never number 0, which says "nothing yet".
        var state = await host.StateAsync(boardId, cancellationToken) with { Clients = BoardState.Empty.Clients };
        var change = await AddAsync(
            userId,
            copyId,
            (db, now) =>
            {
                var copy = new Board(copyId, userId, clean, now);
                if (state.Seq > 0)
                {
                    var snapshot = new BoardSnapshotRow(copyId, state, now);
                    copy.BeginAt(state.Seq, snapshot.Content.LongLength);
                    db.Add(snapshot);
                }

                return copy;
            },
            cancellationToken);
        thumbnails.Edited(copyId);
        return change;
    }

    public Task<BoardChange> RenameAsync(string userId, string boardId, string name, CancellationToken cancellationToken) =>
        Clean(name) is { } clean
            ? ChangeAsync(userId, boardId, isInBin: false, (board, _) => board.Rename(clean), cancellationToken)
            : Task.FromResult(BoardChange.BadName);

    /// <summary>Puts a board in the bin; whoever has it open is cut off.</summary>
    public async Task<BoardChange> DeleteAsync(string userId, string boardId, CancellationToken cancellationToken)
    {
        var change = await ChangeAsync(userId, boardId, isInBin: false, static (board, now) => board.PutInBin(now), cancellationToken);
        if (change == BoardChange.Done)
            await host.CloseAsync(boardId);
        return change;
    }

    public Task<BoardChange> RestoreAsync(string userId, string boardId, CancellationToken cancellationToken) =>
        ChangeAsync(userId, boardId, isInBin: true, static (board, _) => board.Restore(), cancellationToken);

    /// <summary>
    /// Deletes for good what has lain in the bin for its time, and with it the jobs of boards that are gone: these, and those whose owner
    /// deleted the account.
    /// </summary>
    /// <param name="most">Boards at a time: each takes its whole log along.</param>
    /// <returns>How many went.</returns>
    public async Task<int> PurgeAsync(int most, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() - TimeSpan.FromDays(options.Value.BinDays);
        return await writes.RunAsync(
            async (db, token) =>
            {
                var old = await db.Set<Board>().Where(board => board.DeletedAt != null && board.DeletedAt <= until).OrderBy(static board => board.DeletedAt).Select(static board => board.Id).Take(most).ToListAsync(token);
                var gone = await db.Set<Board>().Where(board => old.Contains(board.Id) && board.DeletedAt != null).ExecuteDeleteAsync(token);
                await JobErasure.EraseWithoutBoardAsync(db, token);
                return gone;
            },
            cancellationToken);
    }

    private async Task<BoardChange> AddAsync(string userId, string boardId, Func<AppDbContext, DateTimeOffset, Board> make, CancellationToken cancellationToken)
    {
        var change = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "boards:" + userId, token);
                if (await db.Set<Board>().Where(board => board.Id == boardId).Select(static board => board.OwnerId).FirstOrDefaultAsync(token) is { } owner)
                    return owner == userId ? BoardChange.Done : BoardChange.NotFound;
                if (await db.Set<Board>().CountAsync(board => board.OwnerId == userId, token) >= options.Value.PerUser)
                    return BoardChange.TooMany;
                db.Add(make(db, time.GetUtcNow()));
                return BoardChange.Done;
            },
            cancellationToken);
        if (change == BoardChange.Done)
            events.Publish(userId, UserEvent.BoardsChanged);
        return change;
    }

    // The owner's own: naming, deleting and restoring are not for those who are let onto a board.
    private async Task<BoardChange> ChangeAsync(string userId, string boardId, bool isInBin, Action<Board, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        var found = await writes.RunAsync(
            async (db, token) =>
            {
                var board = await db.Set<Board>().FirstOrDefaultAsync(board => board.Id == boardId && board.OwnerId == userId && (board.DeletedAt != null) == isInBin, token);
                if (board is null)
                    return false;
                change(board, time.GetUtcNow());
                return true;
            },
            cancellationToken);
        if (found)
            events.Publish(userId, UserEvent.BoardsChanged);
        return found ? BoardChange.Done : BoardChange.NotFound;
    }

    private static string? Clean(string name)
    {
        var clean = string.Concat(name.Where(static letter => !char.IsControl(letter))).Trim();
        return clean.Length is 0 or > Board.MaxNameLength ? null : clean;
    }

    private static BoardCard CardOf(Board board, BoardRole role, string? owner) =>
        new(board.Id, board.Name, role, owner, board.CreatedAt, board.EditedAt, board.DeletedAt, board.ThumbnailSha);
}
