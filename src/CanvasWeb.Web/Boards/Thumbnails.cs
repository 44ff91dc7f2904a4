using System.Security.Cryptography;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards;

/// <summary>Draws the thumbnail of a board some seconds after its last edit, one at a time.</summary>
internal sealed class Thumbnails(
    ThumbnailQueue queue, BoardHost host, BoardRenderer renderer, WriteTransactions writes, IDbContextFactory<AppDbContext> contexts, UserEvents events, TimeProvider time, ILogger<Thumbnails> logger) : BackgroundService
{
    // Twice the width of a card, for screens with two pixels for one.
    internal static readonly PixelSize Size = new(640, 400);

    // After the last edit; but while somebody goes on and on, a new one now and then all the same.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private const double MarginShare = 0.04;

    /// <summary>What a thumbnail shows of a board: all shown pictures with a margin, in the thumbnail's ratio. Null where there are none.</summary>
    internal static WorldRect? Frame(BoardState state)
    {
        var bounds = state.Nodes.Values.OfType<TileNode>().Where(tile => state.IsShown(tile.Id))
            .Select(tile => state.WorldTransform(tile.Id).Bounds())
            .Aggregate((WorldRect?)null, static (all, one) => all is { } known ? known.Union(one) : one);
        if (bounds is not { IsEmpty: false } rect)
            return null;
        var margin = MarginShare * Math.Max(rect.Width, rect.Height);
        var (width, height) = (rect.Width + (2 * margin), rect.Height + (2 * margin));
        var ratio = (double)Size.Width / Size.Height;
        return WorldRect.Around(rect.Centre, width > height * ratio ? new(width, width / ratio) : new(height * ratio, height));
    }

    /// <summary>Draws and stores the thumbnail of a board as it is now.</summary>
    internal async Task RenderAsync(string boardId, CancellationToken cancellationToken)
    {
        var state = await host.StateAsync(boardId, cancellationToken);
        byte[]? content = null;
        if (Frame(state) is { } rect)
            content = ImageEncoder.Encode(await renderer.RenderAsync(state, rect, Size, cancellationToken), new() { Format = ImageFormat.WebP });

        var owner = await writes.RunAsync(
            async (db, token) =>
            {
                var board = await db.Set<Board>().FirstOrDefaultAsync(board => board.Id == boardId, token);
                if (board is null)
                    return null;
                await db.Set<BoardThumbnail>().Where(row => row.BoardId == boardId).ExecuteDeleteAsync(token);
                if (content is not null)
                    db.Add(new BoardThumbnail { BoardId = boardId, Content = content });
                board.ShowThumbnail(content is null ? null : Convert.ToHexStringLower(SHA256.HashData(content)), state.Seq);
                return board.OwnerId;
            },
            cancellationToken);
        if (owner is not null)
            events.Publish(owner, UserEvent.BoardsChanged);
    }

    /// <summary>Puts boards in the queue whose thumbnail is out of date: after a restart, or where the queue was full.</summary>
    internal async Task FindStaleAsync(CancellationToken cancellationToken)
    {
        const int most = 500;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var stale = await db.Set<Board>().Where(static board => board.Seq > board.ThumbnailSeq && board.DeletedAt == null).OrderByDescending(static board => board.EditedAt).Select(static board => board.Id).Take(most).ToListAsync(cancellationToken);
        foreach (var boardId in stale)
            queue.Edited(boardId);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var waiting = new Dictionary<string, (DateTimeOffset First, DateTimeOffset Last)>();
        while (true)
        {
            await WaitAsync(waiting, stoppingToken);
            var now = time.GetUtcNow();
            while (queue.Boards.TryRead(out var boardId))
                waiting[boardId] = waiting.TryGetValue(boardId, out var known) ? (known.First, now) : (now, now);
            foreach (var boardId in waiting.Where(entry => DueAt(entry.Value) <= now).Select(static entry => entry.Key).ToList())
            {
                waiting.Remove(boardId);
                await TryRenderAsync(boardId, stoppingToken);
            }
        }
    }

    private static DateTimeOffset DueAt((DateTimeOffset First, DateTimeOffset Last) edits) =>
        edits.Last + s_quiet < edits.First + s_longest ? edits.Last + s_quiet : edits.First + s_longest;

    // Until a board was edited or one is due.
    private async Task WaitAsync(Dictionary<string, (DateTimeOffset First, DateTimeOffset Last)> waiting, CancellationToken stoppingToken)
    {
        if (waiting.Count == 0)
        {
            await queue.Boards.WaitToReadAsync(stoppingToken);
            return;
        }

        var wait = waiting.Values.Min(DueAt) - time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
            return;
        using var due = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stoppingToken);
        try
        {
            await queue.Boards.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // One is due.
        }
    }

    private async Task TryRenderAsync(string boardId, CancellationToken cancellationToken)
    {
        try
        {
            await RenderAsync(boardId, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // A board without a thumbnail is still a board. Its next edit or the next sweep tries again.
            logger.LogWarning(error, "The thumbnail of board {BoardId} could not be drawn", boardId);
        }
    }
}
