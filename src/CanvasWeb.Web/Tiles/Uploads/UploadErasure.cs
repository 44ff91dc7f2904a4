using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tiles.Uploads;

/// <summary>What becomes of the notes about uploads: they go with the account, and with the board once no quota counts them. The pictures are the collector's.</summary>
internal static class UploadErasure
{
    // A quota looks back one day.
    private static readonly TimeSpan s_counted = TimeSpan.FromDays(2);

    public static AccountErasure Create() => new(
        static (_, _) => Task.CompletedTask,
        static (db, userId, cancellationToken) => db.Set<Upload>().Where(upload => upload.UserId == userId).ExecuteDeleteAsync(cancellationToken));

    public static Task<int> EraseWithoutBoardAsync(AppDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - s_counted;
        return db.Set<Upload>().Where(upload => upload.CreatedAt < before && !db.Set<Board>().Any(board => board.Id == upload.BoardId)).ExecuteDeleteAsync(cancellationToken);
    }
}
