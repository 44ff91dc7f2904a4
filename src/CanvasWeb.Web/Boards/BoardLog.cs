using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards;

/// <summary>The log and snapshots of boards in the database.</summary>
internal sealed class BoardLog(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, TimeProvider time)
{
    /// <summary>The board as it is stored: the newest snapshot and the ops after it. Null if there is no such board, or it is in the bin.</summary>
    public async Task<StoredBoard?> LoadAsync(string boardId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var logBytes = await db.Set<Board>().Where(board => board.Id == boardId && board.DeletedAt == null).Select(static board => (long?)board.LogBytes).FirstOrDefaultAsync(cancellationToken);
        if (logBytes is null)
            return null;
        var snapshot = await db.Set<BoardSnapshotRow>().AsNoTracking().Where(row => row.BoardId == boardId).OrderByDescending(static row => row.Seq).FirstOrDefaultAsync(cancellationToken);
        var from = snapshot?.Seq ?? 0;
        var rows = await db.Set<BoardOpRow>().AsNoTracking().Where(row => row.BoardId == boardId && row.Seq > from).OrderBy(static row => row.Seq).ToListAsync(cancellationToken);
        var ops = rows.ConvertAll(static row => row.Read());
        return new(BoardReducer.Replay(snapshot?.Read() ?? BoardState.Empty, ops), from, ops, logBytes.Value);
    }

    /// <summary>Stores ops, all or none.</summary>
    /// <param name="before">The last op of the log as the writer knows it.</param>
    /// <returns>How many bytes the log grew by; null if it does not end there (another process writes this board) or the board is in the bin: nothing was stored.</returns>
    public async Task<long?> AppendAsync(string boardId, long before, IReadOnlyList<SequencedOp> ops, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = ops.Select(op => new BoardOpRow(boardId, op, now)).ToList();
        var bytes = rows.Sum(static row => row.Bytes);
        var isStored = await writes.RunAsync(
            async (db, token) =>
            {
                // Compare and set. The unique key (board, seq) alone would also stop a second writer, but only with an exception.
                var moved = await db.Set<Board>().Where(board => board.Id == boardId && board.Seq == before && board.DeletedAt == null).ExecuteUpdateAsync(
                    set => set.SetProperty(static board => board.Seq, ops[^1].Seq).SetProperty(static board => board.EditedAt, now).SetProperty(static board => board.LogBytes, board => board.LogBytes + bytes),
                    token);
                if (moved == 0)
                    return false;
                db.AddRange(rows);
                return true;
            },
            cancellationToken);
        return isStored ? bytes : null;
    }

    /// <summary>Stores a snapshot and lets older ones go, but for the one that the log begins with and one in reserve.</summary>
    public Task SaveSnapshotAsync(string boardId, BoardState state, CancellationToken cancellationToken)
    {
        var row = new BoardSnapshotRow(boardId, state, time.GetUtcNow());
        return writes.RunAsync(
            async (db, token) =>
            {
                var board = await db.Set<Board>().AsNoTracking().FirstOrDefaultAsync(board => board.Id == boardId, token);
                var known = await db.Set<BoardSnapshotRow>().Where(other => other.BoardId == boardId).Select(static other => other.Seq).ToListAsync(token);
                if (board is null || known.Contains(state.Seq))
                    return;
                db.Add(row);
                var reserve = known.Where(seq => seq < state.Seq).DefaultIfEmpty(0).Max();
                await db.Set<BoardSnapshotRow>().Where(other => other.BoardId == boardId && other.Seq < reserve && other.Seq != board.OriginSeq).ExecuteDeleteAsync(token);
            },
            cancellationToken);
    }
}
